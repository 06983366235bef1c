"""The review page: one file of HTML for the person who has to say yes. Extra ``report`` (Jinja2).

Strategy: the page is made for somebody who has no program but a browser, and who may not be allowed to say yes to something that
they cannot see. So it names people, not keys, and it holds every line: the first ones as a table that stands without a script,
all of them as JSON beside it, which a small script of our own shows as one scrolls, searches and filters. What has to be
looked at most comes first. The page is one file, fetches nothing, and the same plan gives the same page.

It holds personal data: treat it like the file. Texts of strangers come in three ways, and each is closed: the template escapes
whatever it writes; the script writes texts as text nodes only; the JSON has no character that could end its element. A policy in
the page allows one style sheet and one script, by their digests, and nothing else. Refused: links and images, because a cell
could aim them.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from .._output import write_bytes
from ..errors import UsageError
from ..plan import Plan
from ..source import Source
from ..translation import Messages, load_messages
from ..translation.plurals import CATEGORIES
from .view import View, build_view
from .words import shown

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["LIMIT", "difference", "to_html"]

#: Lines in all, unless the host says otherwise: about 10 MB of page, more than anybody looks through.
LIMIT: Final = 50_000

#: Lines of each list that stand without a script.
_STANDING: Final = 20

#: Files from this size on are given in kB.
_LARGE: Final = 10_000

#: Two texts that have less in common than this share are marked as a whole.
_ALIKE: Final = 0.4

#: What ends an element or a line of script; in JSON each may be written as an escape.
_UNSAFE: Final = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def to_html(
    plan: Plan,
    target: str | os.PathLike[str] | BinaryIO,
    /,
    *,
    source: Source | str | os.PathLike[str] | bytes | BinaryIO | None = None,
    limit: int = LIMIT,
    language: str = "en",
    messages: Mapping[str, str] | None = None,
) -> None:
    """Write the review page of a plan; `Plan.to_html` says the rest."""
    if limit < 1:
        raise UsageError("argument_invalid", reason="limit must be at least 1")
    words = load_messages(language, messages)
    name, facts = _of_source(plan, source, words)
    page = _render(build_view(plan, facts, limit, words), name, plan.fingerprint, words)
    write_bytes(target, page.encode())


def _of_source(plan: Plan, source: Any, words: Messages) -> tuple[str | None, list[tuple[str, str]]]:
    """The file's name and what is known of it; a file that the plan was not made of is refused."""
    if source is None:
        return None, []
    file = Source.of(source)
    made_of = plan._basis["source"]
    if made_of is not None and file.sha256 != made_of:
        raise UsageError("argument_invalid", reason="the source is not the file that the plan was made of")
    length = len(file.data)
    size = words.text("count.bytes", count=length)
    if length >= _LARGE:
        size = words.text("count.kilobytes", count=round(length / 1000))
    name = shown(file.name, words, cut=120) if file.name else None
    return name, [(words["fact.file"], words.text("fact.file_of", name=name, size=size) if name else size)]


def difference(one: str, other: str, /) -> tuple[str, str, str, str] | None:
    """Find where two texts differ: what both begin with, the two middles, what both end with.

    Returns:
        The four pieces; None where the texts have so little in common that a mark would say nothing. The script of the page does
        the same.

    >>> difference("ann@corp.example", "ann.lee@corp.example")
    ('ann', '', '.lee', '@corp.example')
    """
    shorter = min(len(one), len(other))
    head = next((at for at in range(shorter) if one[at] != other[at]), shorter)
    rest = shorter - head
    tail = next((at for at in range(rest) if one[-1 - at] != other[-1 - at]), rest)
    if head + tail < _ALIKE * max(len(one), len(other)) and head + tail < shorter:
        return None
    return one[:head], one[head : len(one) - tail], other[head : len(other) - tail], one[len(one) - tail :]


def _render(view: View, name: str | None, fingerprint: str, words: Messages) -> str:
    style, script = _text("page.css").replace("@row@", _in_style(words["page.row"])), _text("page.js")
    policy = f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; base-uri 'none'; form-action 'none'"
    environment = _environment()
    return environment.from_string(_text("page.html.j2")).render(
        t=words,
        view=view,
        name=name,
        fingerprint=fingerprint,
        policy=policy,
        style=_markup(style),
        script=_markup(script),
        data=_markup(_data(view, words)),
        bar=_bar(view.parts),
        standing=_STANDING,
        difference=difference,
    )


def _environment() -> Environment:
    try:
        from jinja2 import Environment, StrictUndefined
    except ImportError:
        missing = True
    else:
        missing = False
    if missing:
        raise UsageError("extra_missing", package="jinja2", extra="report")
    return Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def _markup(text: str) -> Any:
    """Text that the template writes as it is: our own style and script, and the JSON that `_data` has made safe."""
    from markupsafe import Markup

    return Markup(text)  # noqa: S704  (see above)


def _text(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8").strip()


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _data(view: View, words: Messages) -> str:
    """All lines for the script, in an element that no text of theirs can end."""
    document = {
        "groups": [{"key": group.key, "total": group.total, "lines": group.lines} for group in view.groups],
        "reasons": view.reasons,
        "codes": view.codes,
        "fields": view.fields,
        "words": _words_of_script(words),
    }
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    for character, escape in _UNSAFE.items():
        text = text.replace(character, escape)
    return text


def _words_of_script(words: Messages) -> dict[str, Any]:
    """What the script says by itself."""
    lines = {kind: words[f"count.lines.{kind}"] for kind in CATEGORIES if f"count.lines.{kind}" in words}
    page = (
        "from",
        "to",
        "id",
        "no_id",
        "no_name",
        "no_address",
        "who",
        "file_row",
        "found",
        "part",
        "row_in",
        "row_nowhere",
    )
    return {
        "group": words["number.group"],
        "group_from": int(words["number.group_from"]),
        "lines": {"other": words["count.lines"], **lines},
        "severity": {kind: words[f"severity.{kind}"] for kind in ("error", "warning", "info")},
        "empty": words["value.empty"],
        **{key: words[f"page.{key}"] for key in page},
    }


def _in_style(text: str) -> str:
    """A text between the quotes of a style sheet: whatever is no plain letter is written as an escape."""
    return "".join(c if c.isascii() and c.isalnum() else f"\\{ord(c):x} " for c in text)


def _bar(parts: Sequence[tuple[str, str, int]]) -> list[tuple[str, str, int, float, float]]:
    """The parts with where they begin and how wide they are, in percent; none so narrow that it cannot be seen."""
    total = sum(count for _, _, count in parts)
    if not total:
        return []
    widths = [max(0.8, 100 * count / total) for _, _, count in parts]
    scale = 100 / sum(widths)
    placed, at = [], 0.0
    for (key, title, count), width in zip(parts, widths, strict=True):
        placed.append((key, title, count, round(at, 3), round(width * scale, 3)))
        at += width * scale
    return placed
