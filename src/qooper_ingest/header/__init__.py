"""Which row is the header: ranked proposals with reasons, several stacked rows and "there is none" among them.

Strategy: a header is told by what stands *under* it. Every one of the first rows is weighed against the rows that follow:
does it name the columns that they fill, are its cells texts and distinct, and does each column change below it (a text
over numbers, dates or e-mail addresses; a word over codes of one shape; a word that never comes again over words that
come again and again). Labels known in any language (``words.py``) or by the schema speak for a row; an e-mail address in
it, a number over numbers, a value that comes again below, a text made as all those under it or in its place in their
order speak against it. A row of years or months counts as labels. Titles, notes and ``version:v1.0``
lines fail because they do not cover the columns of the table below.

Rows next to the header that name columns too (groups above it, units or keys below it) are taken with it. Lists of a
label and a value per line, and tables that begin with data, have no header: that is a proposal like the others.

Only the first rows are looked at (`_ROWS` and the rows that follow them, `_COLUMNS` columns), so the size of a file does
not matter. Nothing raises: a sheet without cells has no header.

``lines.py``: the first rows. ``labels.py``: one cell over its column. ``judging.py``: one row. ``stacking.py``: rows together.
``detection.py``: the choice. ``model.py``: what it gives.
"""

from __future__ import annotations

from .detection import detect_header
from .model import CONFIDENT_FROM, HeaderCandidate, HeaderGuess

__all__ = ["CONFIDENT_FROM", "HeaderCandidate", "HeaderGuess", "detect_header"]
