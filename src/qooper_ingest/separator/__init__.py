"""Cut the answers of a multi-select cell apart, and find out what stands between them.

Wanted: ``Me, myself and I, Nobody`` with the options *Me, myself and I* and *Nobody* is two answers, told from the
options and never from the comma alone. One separator per file, given by the caller or detected; nothing a person typed is
lost without an issue.

How a cell is split:

1. It is brought to NFC, its line ends to LF, its no-break blanks to blanks. Blank is no answer. A JSON array is parsed.
2. It is cut at the separator, except inside balanced double quotes that enclose a whole answer, and after a backslash. Blank
   pieces are dropped and reported (leading, trailing, doubled).
3. Where options hold the separator themselves, runs of pieces are joined again with their original text, by dynamic
   programming over the pieces: fewest unknown pieces, then fewest answers. Greedy matching fails on ``A, B, C`` with the
   options *A*; *A, B*; *B, C*. More than one complete reading is reported, with the one proposed.
4. A piece is an option exactly (label, value or alias), or by the key of comparison (`fold`) if that is unique, and then
   it is reported. Never by distance, never by substring. What is near is named in the issue and left to a person.

``vocabulary.py``: the options. ``splitting.py``: the columns. ``scanning.py``: single odd cells. ``hints.py``: what an unknown
answer may be. ``detection.py``: the separator of a file. ``flags.py``: one column per option.
"""

from __future__ import annotations

from .detection import ColumnVotes, SeparatorCandidate, SeparatorGuess, detect_separator, guess_separator
from .flags import flag_parts
from .hints import nearest
from .splitting import INSTRUCTIONS, Split, fault_issues, split
from .vocabulary import Vocabulary, separator_core

__all__ = [
    "INSTRUCTIONS",
    "ColumnVotes",
    "SeparatorCandidate",
    "SeparatorGuess",
    "Split",
    "Vocabulary",
    "detect_separator",
    "fault_issues",
    "flag_parts",
    "guess_separator",
    "nearest",
    "separator_core",
    "split",
]
