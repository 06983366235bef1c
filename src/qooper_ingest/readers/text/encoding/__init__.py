"""Tell a text file's encoding, and decode it without losing or inventing a character.

What is wanted: the text as it was typed, for a file of a thousand rows and for one with a single accented name. A detector
that looks at byte statistics needs hundreds of letters; a participant file often has five. So the decision is made by what
a file of people must look like when it is read rightly:

1. A byte order mark decides. NULs in every second byte are UTF-16. Strict UTF-8 over the whole file is UTF-8. A file that several
   exports were joined to is read part by part (``seams.py``), one whose lines are in two encodings line by line.
2. Otherwise every encoding that spreadsheet programs write reads the *words* that hold bytes beyond ASCII, and each reading
   is scored as text of each language that the encoding serves: letters and pairs of letters (``languages.py``), capitals
   where capitals stand, no symbol inside a word, no two scripts in one word.
3. What else the file says counts too: header words in plain ASCII (``Vorname``) and the ends of host names (``.cz``) tell the
   language; an e-mail address repeats its row's name without accents (``jiri.novak@``), which tells the letters themselves;
   CR line ends are an old Mac's.
4. chardet, limited to the same encodings, is one more voice where the first two readings are close.

Readings that give the same text are one reading. Confidence is the share of the best one among all; it is reported with the
other encodings that decode the file, and a caller overrides it.

Decoding is strict. Lines that do not decode are read as what they are (a file pasted together from two encodings) or shown
with U+FFFD, and reported line by line: nothing is replaced silently.

What is refused: EBCDIC, UTF-7 and the ISO-2022 family are never guessed (no spreadsheet program writes them, and ASCII can be
read as some of them); they are used when the caller says so.

``detection.py``: steps 1 and 2. ``ranking.py``: steps 2 to 4, with ``form.py`` and ``likeness.py``. ``decoding.py``: from bytes to text;
``conversion.py``: to UTF-8.
"""

from __future__ import annotations

from .conversion import as_utf8
from .decoding import Decoded, EncodingGuess, decode
from .detection import detect_encoding
from .seams import without_end_mark

__all__ = ["Decoded", "EncodingGuess", "as_utf8", "decode", "detect_encoding", "without_end_mark"]
