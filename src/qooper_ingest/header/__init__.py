"""Which row is the header: ranked proposals with reasons, several stacked rows and "there is none" among them.

Strategy: a header is told by what stands *under* it. Every row that may be one is looked at once, over the rows that follow: does it
name the columns that they fill, are its cells words, does each column change below it (a text over numbers, dates or addresses;
a word over codes of one shape; a word that never comes again over words that come again and again), how does it stand among its
neighbours. What is seen is weighed by one literal table of named signals, whose weights were fitted on labelled sheets; "there is
none" is a choice like the others, and the scores of all choices add up to 1, so that a score is the share of such sheets in which
the proposal is right. A row that holds an address is never a choice.

Rows next to the header that name columns too (groups above it, units or keys below it) are taken with it.

Only the first rows are looked at (200, fewer where they are all alike, of 64 columns), so the size of a file does not matter.
Nothing raises: a sheet without cells has no header.

``lines.py``: the first rows. ``labels.py``: one cell over its column. ``facts.py``: one row. ``signals.py``: the table of evidence.
``choices.py``: the choices and their scores. ``stacking.py``: rows together. ``detection.py``: the proposal. ``model.py``: what it gives.
"""

from __future__ import annotations

from .detection import detect_header
from .model import CONFIDENT_FROM, HeaderCandidate, HeaderGuess

__all__ = ["CONFIDENT_FROM", "HeaderCandidate", "HeaderGuess", "detect_header"]
