"""What the text of a cell means for a field: a number, a date, one of the options, or nothing.

Wanted: a typed column for every field, null wherever it would be a guess, and an issue with the source text for
everything that was not read as it stands. How:

* **Nothing** first. Blank cells, invisible characters and what people and programs write for a missing value
  (``words.py``) are no answer. An option of that name wins, and so does a person called *Null*.
* **Distinct cells once.** A column is reduced to its distinct (text, kind) pairs, those are typed by expressions, and the
  result is spread over the rows. Where most cells differ the reduction is left out, and the expressions run on the rows.
* **Conventions belong to the column.** ``1,234`` is a thousand or one and a bit, ``03/04/2024`` is in March or in April.
  Cells that fit only one reading are the evidence for those that fit both. Without evidence, or with evidence for both,
  a cell that fits both is an issue and null.
* **What the file knows wins.** A cell that a spreadsheet stored as a number or a date is read as that, whatever its
  neighbours look like.

Refused: a serial number as a date unless the file says that it is a number; NaN and infinity; distances between words;
dates without a day; cutting a text that is too long. A value that fails a check of the schema is null, never mended.

``columns.py``: a column from cells to typed values. ``texts.py``, ``full_names.py`` (with ``surnames.py``), ``numbers.py``,
``dates.py``, ``answers.py``: one kind of value each. ``flags.py``: one column per option. ``status.py``: the status.
``words.py``: the words of all languages.
"""

from __future__ import annotations

from .columns import type_cells
from .flags import are_flags, merge_flags, type_flags
from .model import Typed
from .status import STATES, StatusCells, asked_state, dated_state, status_cells
from .texts import first_invisible, has_invisible

__all__ = [
    "STATES",
    "StatusCells",
    "Typed",
    "are_flags",
    "asked_state",
    "dated_state",
    "first_invisible",
    "has_invisible",
    "merge_flags",
    "status_cells",
    "type_cells",
    "type_flags",
]
