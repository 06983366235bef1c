"""Write ``docs/codes.md``: every issue code and error code under an anchor of its own, with an example that was run.

The examples are those of ``code_examples.py``. A code whose example would need a certain machine or a fault of the library itself is
listed in `WITHOUT` with the reason; a test holds the two to the catalogue.
"""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any, Final

from qooper_ingest.errors import ERROR_MESSAGES
from qooper_ingest.issues import CATALOGUE

PAGE: Final = Path(__file__).with_name("codes.md")

#: Code → why no example is run for it here.
WITHOUT: Final = {
    "row_repeated": "Only where the rows of a large sheet come in pieces, and one of them twice.",
    "text_repaired": "Only in xls files of a writer that puts a NUL behind every character; the tests make one.",
    "special_file": "A path that is a pipe, a socket or a device.",
    "reader_failed": "A fault of the library that was not foreseen; please report it.",
    "worker_died": "The operating system has ended the reading process.",
    "isolation_unavailable": '`isolation="process"` on a system that cannot bound a process.',
    "extra_missing": "An optional extra is not installed.",
    "plan_breaks_uniqueness": "Only of `qooper_ingest.testing.apply`, of a plan that was tampered with.",
}

LEAD: Final = """# Codes

Every issue and every error has a code that stays. A link to one is `codes.md#` and the code. Each has an example that was run for this page:
what was called (`plan_of`, `read`, `answers` and others are short helpers, in `docs/code_examples.py`), and the sentence that came of it.
`qooper-ingest explain CODE` prints the same without the example; [Languages](languages.md) says how to have the sentences in another one.

"""


def codes() -> str:
    """The whole page."""
    examples: dict[str, Any] = runpy.run_path(str(Path(__file__).with_name("code_examples.py")))
    shown: dict[str, tuple[str, str]] = {}
    for snippet in sorted(examples["SNIPPETS"], key=len):
        for code, sentence in examples["provoked"](snippet).items():
            shown.setdefault(code, (snippet, sentence))
    lines = [LEAD, "## Issues\n"]
    for code, info in sorted(CATALOGUE.items()):
        hint = f" What to do: {info.hint}." if info.hint else ""
        lines.append(
            f"### {code}\n\n{info.severity.value.capitalize()}: {escape(info.template)}.{escape(hint)}\n\n{example(code, shown)}"
        )
    lines.append("## Errors\n\nRaised, and nothing is planned.\n")
    for code, message in sorted(ERROR_MESSAGES.items()):
        if code not in CATALOGUE:
            lines.append(f"### {code}\n\n{escape(message)}\n\n{example(code, shown)}")
    return "\n".join(lines).rstrip() + "\n"


def example(code: str, shown: dict[str, tuple[str, str]]) -> str:
    """What was called and what it said, or why nothing was."""
    if code not in shown:
        return f"No example: {WITHOUT[code]}\n"
    snippet, sentence = shown[code]
    return f"```text\n{snippet}\n```\n\n> {escape(' '.join(sentence.split()))}\n"


def escape(text: str) -> str:
    """Text as it stands, for Markdown."""
    for sign in "\\`*_<>[]|#":
        text = text.replace(sign, f"\\{sign}")
    return text


if __name__ == "__main__":
    PAGE.write_text(codes(), encoding="utf-8")
    print(f"wrote {PAGE}")
