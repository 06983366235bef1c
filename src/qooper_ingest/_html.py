"""Small pieces of HTML for values that show themselves in a notebook, and for the review page.

Strategy: text of a file is a stranger's text, so there is one way from text to markup (`text`), and it escapes: ``& < > " '`` as
entities, characters that cannot be seen (control, bidirectional and other format characters) written out, so that a cell can
neither become markup nor turn the line around it. Cells carry ``dir="auto"``, so that a name in Hebrew or Arabic reads as it
should. Styles are inline, few, and leave colours to the page, which may be dark.

Refused: links, scripts, images, anything that is fetched.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

__all__ = ["block", "grid", "text"]

_CELL = "text-align:left;vertical-align:top;padding:.15em .7em .15em 0;white-space:pre-wrap"


def text(value: object, /, *, cut: int | None = None) -> str:
    """Escape a text for HTML, attribute values included.

    >>> text('<b onclick="x">' + chr(0x202E) + "'")
    '&lt;b onclick=&quot;x&quot;&gt;\\\\u202e&#x27;'
    """
    whole = str(value)
    shown = whole[:cut] + "…" if cut is not None and len(whole) > cut else whole
    visible = "".join(c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in shown)
    return html.escape(visible, quote=True)


def grid(columns: Sequence[str], rows: Iterable[Sequence[object]], /, *, more: int = 0, cut: int | None = 80) -> str:
    """A table of texts; None is an empty cell.

    Args:
        columns: Titles.
        rows: Cells, not yet escaped.
        more: How many rows are not shown.
        cut: Longer cells are cut.
    """
    head = "".join(f'<th style="{_CELL}">{text(name)}</th>' for name in columns)
    body = "".join(
        "<tr>"
        + "".join(f'<td dir="auto" style="{_CELL}">{"" if cell is None else text(cell, cut=cut)}</td>' for cell in row)
        + "</tr>"
        for row in rows
    )
    rest = f"<p>… and {more:,} more</p>" if more > 0 else ""
    return f'<table style="border-collapse:collapse"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{rest}'


def block(title: str, /, *parts: str) -> str:
    """A titled block; ``parts`` are HTML already."""
    return f"<div><p><strong>{text(title)}</strong></p>{''.join(parts)}</div>"
