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
from collections.abc import Sequence
from importlib.resources import files
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from .._output import write_bytes
from ..errors import UsageError
from ..plan import Plan
from ..source import Source
from .view import View, build_view
from .words import shown

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["LIMIT", "difference", "to_html"]

#: Lines in all, unless the host says otherwise: about 10 MB of page, more than anybody looks through.
LIMIT: Final = 50_000

#: Lines of each list that stand without a script.
_STANDING: Final = 20

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
) -> None:
    """Write the review page of a plan; `Plan.to_html` says the rest."""
    if limit < 1:
        raise UsageError("argument_invalid", reason="limit must be at least 1")
    name, facts = _of_source(plan, source)
    page = _render(build_view(plan, facts, limit), name, plan.fingerprint)
    write_bytes(target, page.encode())


def _of_source(plan: Plan, source: Any) -> tuple[str | None, list[tuple[str, str]]]:
    """The file's name and what is known of it; a file that the plan was not made of is refused."""
    if source is None:
        return None, []
    file = Source.of(source)
    made_of = plan._basis["source"]
    if made_of is not None and file.sha256 != made_of:
        raise UsageError("argument_invalid", reason="the source is not the file that the plan was made of")
    size = f"{len(file.data):,} bytes" if len(file.data) < 10_000 else f"{len(file.data) / 1000:,.0f} kB"
    name = shown(file.name, cut=120) if file.name else None
    return name, [("File", f"{name}, {size}" if name else size)]


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


def _render(view: View, name: str | None, fingerprint: str) -> str:
    style, script = _text("page.css"), _text("page.js")
    policy = f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; base-uri 'none'; form-action 'none'"
    environment = _environment()
    return environment.from_string(_text("page.html.j2")).render(
        view=view,
        name=name,
        fingerprint=fingerprint,
        policy=policy,
        style=_markup(style),
        script=_markup(script),
        data=_markup(_data(view)),
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
    made = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.filters["number"] = lambda number: f"{number:,}"
    return made


def _markup(text: str) -> Any:
    """Text that the template writes as it is: our own style and script, and the JSON that `_data` has made safe."""
    from markupsafe import Markup

    return Markup(text)  # noqa: S704  (see above)


def _text(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8").strip()


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _data(view: View) -> str:
    """All lines for the script, in an element that no text of theirs can end."""
    document = {
        "groups": [{"key": group.key, "total": group.total, "lines": group.lines} for group in view.groups],
        "reasons": view.reasons,
        "codes": view.codes,
        "fields": view.fields,
    }
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    for character, escape in _UNSAFE.items():
        text = text.replace(character, escape)
    return text


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
