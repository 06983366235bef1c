"""Compile the word list: ``data/words.toml``, which people edit, into ``data/words.json``, which the library loads.

    python tools/compile_words.py            write the compiled list
    python tools/compile_words.py --check    say whether it is up to date

Words are folded and split into keys here, once, and each key gets its senses (role and language), so that loading is
parsing JSON. The same source always gives the same file.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qooper_ingest._text import fold
from qooper_ingest.words import label_words

DATA = Path(__file__).parents[1] / "src" / "qooper_ingest" / "data"

#: Sections of words that stand in cells, and of words that turn a label round: sets of folded words, not parts of labels.
VALUES = (
    "denial", "state_value", "sure_state", "role_value", "employment_value", "other_value", "free_mail",
)  # fmt: skip

#: How a letter is typed where a keyboard or a system lacks it.
GERMAN = {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}
NORDIC = {"å": "aa", "ø": "oe", "ö": "oe"}


def spellings(word: str, language: str) -> Iterator[str]:
    """A word as it stands, and as it is typed without the letters of its language."""
    yield word
    if language == "de":
        yield re.sub("[äöüÄÖÜ]", lambda match: GERMAN[match[0]], word)
    elif language in ("sv", "da", "no", "fi"):
        yield re.sub("[åøö]", lambda match: NORDIC[match[0]], word)


def compiled(source: str) -> dict[str, Any]:
    """The word list for loading: folded words of cells by role, and the senses of every key of a label."""
    sections: dict[str, dict[str, str]] = tomllib.loads(source)
    values = {
        role: sorted({fold(word) for words in sections[role].values() for word in words.split(",")}) for role in VALUES
    }
    senses: dict[str, set[tuple[str, str]]] = {}
    for role, by_language in sections.items():
        if role in VALUES:
            continue
        for language, words in by_language.items():
            for word in words.split(","):
                for spelling in spellings(word, language):
                    if key := "".join(label_words(spelling)):
                        senses.setdefault(key, set()).add((role, language))
    every = sorted({sense for of_key in senses.values() for sense in of_key})
    number = {sense: at for at, sense in enumerate(every)}
    sets: dict[tuple[int, ...], int] = {}
    entries = {
        key: sets.setdefault(tuple(sorted(number[sense] for sense in senses[key])), len(sets)) for key in sorted(senses)
    }
    return {
        "entries": entries,
        "longest": max(map(len, entries)),
        "senses": every,
        "sets": list(sets),
        "values": values,
    }


def text_of(source: str) -> str:
    """The compiled list as the text of its file."""
    return json.dumps(compiled(source), ensure_ascii=False, separators=(",", ":")) + "\n"


def main(arguments: list[str]) -> int:
    text = text_of((DATA / "words.toml").read_text(encoding="utf-8"))
    target = DATA / "words.json"
    if arguments == ["--check"]:
        same = target.exists() and target.read_text(encoding="utf-8") == text
        print("up to date" if same else "out of date: run python tools/compile_words.py")
        return 0 if same else 1
    target.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
