"""Invent words and numbers by a key: letters and digits are replaced where they are, one for one, each by one of as many bytes.

What a letter becomes depends on the key, on the letters of its word without case and accents, and on its place, never on a
counter, a table of the names that were seen or a random draw: so one word is the same word in every file of one key, and without the key
it cannot be found again but by guessing (HMAC-SHA-256). The first letter depends on itself alone, so that initials belong to their names.
The rest of a word, and of a long number, is a Feistel network over its even and odd places: no two become one.

Where a letter cannot become another one of its own kind and size, a letter of another kind is written: a fault may be lost (which
is found out by reading both files), a letter is not kept.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Final

from ._text import fold
from .words import value_words

__all__ = ["Inventor"]

#: Latin letters that are replaced among themselves. Those of the first class have accents of two bytes and a twin in Cyrillic,
#: those of the second accents only, those of the third neither: so accents and twins have something to move to.
_CLASSES: Final = ("aeiocsjy", "dghklnrtuwz", "bfmpqvx")

#: Latin letter → its twin in Cyrillic. (Unicode, confusables.txt)
_TWINS: Final = dict(zip("aeiocsjypx", "аеіосѕјурх", strict=True))
_LATIN_OF: Final = {twin: letter for letter, twin in _TWINS.items()}

#: Latin letters that are no letter with an accent.
_SPECIAL: Final = "æøđłœþħŋ"

#: Last parts of domains that are nobody's: of the root zone's generic ones, the reserved ones, and frequent typing errors. Those of
#: two letters are countries. Any other may be a company's (``.bmw``).
_PUBLIC_SUFFIXES: Final = frozenset(
    {
        "com", "org", "net", "edu", "gov", "mil", "int", "info", "biz", "name", "pro", "aero", "coop", "museum", "jobs", "mobi", "travel",
        "arpa", "example", "invalid", "localhost", "local", "test", "onion", "con", "cmo", "ocm", "nte", "ogr", "comm", "coom",
    }
)  # fmt: skip

#: Second parts of a domain below which names are given: ``co.uk``.
_SECOND_LEVEL: Final = frozenset({"co", "com", "org", "net", "ac", "edu", "gov"})

_DOMAIN: Final = re.compile(r"(?<=@)[\w-]+(?:\.[\w-]+)*")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_YEAR_DIGITS: Final = 4
_SHORT: Final = 2

#: One letter of two bytes in UTF-8 that was read as Windows-1252.
_ODD: Final = r"[ÂÃÄÅÐÑ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]"

#: Days that every month has, and the last day of each.
_EVERY_MONTH: Final = 28
_LAST_DAYS: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_MONTHS_OF_YEAR: Final = 12
_FIRST_CLEAR_DAY: Final = 13

#: Ranges in which small numbers stay, so that dates and times do: months of one digit and of two; hours; days of every month; days
#: that not every month has; minutes; the rest. 0 stays what it is.
_RANGES: Final = ((1, 9), (10, 12), (13, 23), (24, 28), (29, 31), (32, 59), (60, 99))

#: Turns of the network: from four on nothing of a word is left in its place (Luby and Rackoff, 1988); two more cost little.
_TURNS: Final = 6

#: Letters of other scripts move among so many.
_BLOCK: Final = 32

#: Bytes that no encoding explains move among such as mean the same to whatever reads them next: a letter of Windows-1252 or not, the
#: first or another byte of a character of UTF-8.
_BROKEN: Final = (
    (0x81, 0x8D, 0x8F, 0x90, 0x9D),
    (0x8A, 0x8C, 0x8E, 0x9A, 0x9C, 0x9E, 0x9F),
    tuple(byte for byte in range(0x80, 0xA0) if byte not in (0x81, 0x8A, 0x8C, 0x8D, 0x8E, 0x8F, 0x90, 0x9A, 0x9C, 0x9D, 0x9E, 0x9F)),
    tuple(range(0xA0, 0xC0)),
    (0xC0, 0xC1),
    tuple(range(0xC2, 0xE0)),
    tuple(range(0xE0, 0xF0)),
    tuple(range(0xF0, 0x100)),
)  # fmt: skip
_SURROGATE: Final = 0xDC00

#: The no-break space, × and ÷ of Windows-1252, where they are no part of a word.
_SIGNS: Final = (0xA0, 0xD7, 0xF7)

#: Letters for an encoding in which the file has one only.
_COMMON: Final = "éèöüáóñçşłőжяωλ"


@cache
def _marks() -> str:
    """Vowel signs and other marks that are written with the letters of a script; accents of Latin ones are not among them."""
    points = (*range(0x0483, 0x1AB0), *range(0x1B00, 0x1DC0), *range(0xA800, 0xAC00))
    return "".join(chr(point) for point in points if unicodedata.category(chr(point)) in ("Mn", "Mc"))


@cache
def _piece() -> re.Pattern[str]:
    """What is replaced as one: the letters of times and of numbers with an exponent, which stay; a date in figures, a word, a run of digits, broken bytes, signs that may be letters."""
    letter = rf"(?:{_ODD}|[^\W\d_]|[{re.escape(_marks())}])"
    return re.compile(
        r"(?P<syntax>(?<=\d)T(?=\d\d)|(?<=\d)Z(?!\w)|(?<=\d)[eE](?=[+-]?\d+(?!\w)))|"
        r"(?<![\d.])(?P<y>[0-9]{1,4})(?P<s>[-./])(?P<m>[0-9]{1,2})(?P<t>[-./])(?P<d>[0-9]{1,4})(?![\d.]*\d)|"
        rf"(?P<broken>[\udc80-\udcff]+)|(?P<word>{letter}+)|\d+|(?P<signs>[\u0080-\u00a0…†‡•€™£¥©®°±²³µ¶¹¼½¾‚ƒ„ˆ‰‹›“”–—˜¡¢¤¦§¨«¬¯´¸»¿×÷·ªº]{{2,}})"
    )


class Inventor:
    """Invents words and numbers by a key.

    Args:
        key: The secret.
        encoding: That of the file: what is written has the size of what was there.
        public: Words that stay, folded.
        text: The file: letters of an encoding that has not all of Unicode move among those that it has.
    """

    def __init__(self, key: bytes, encoding: str, public: frozenset[str], text: str) -> None:
        self.key = key
        self.encoding = encoding
        self.public = public
        self._universal = encoding.startswith("utf")
        self._alphabets = {} if self._universal else _alphabets(text, encoding)
        self.word = lru_cache(maxsize=100_000)(self._word)
        self.number = lru_cache(maxsize=100_000)(self._number)

    def cell(self, cell: str) -> str:
        """A cell with invented words and numbers: dates and domains as what they are, the rest run by run."""
        done, parts = 0, []
        for domain in _DOMAIN.finditer(cell):
            parts += [self._plain(cell[done : domain.start()]), self._domain(domain[0])]
            done = domain.end()
        return "".join((*parts, self._plain(cell[done:])))

    def _number(self, run: str) -> str:
        """Another number of as many digits: years become years, small numbers stay in their range, leading zeros stay."""
        if not run.isascii():
            return self._foreign_number(run)
        digits = run.lstrip("0")
        zeros = run[: len(run) - len(digits)]
        if _YEAR.fullmatch(digits):
            return zeros + self._year(digits)
        if len(digits) <= _SHORT:
            return zeros + (str(self._small(int(digits))) if digits else "")
        # Serial numbers of days begin with a small digit, and stay such numbers.
        first = next(self._next("digit", digits[0], some) for some in ("1234", "56789") if digits[0] in some)
        moved = self._moved([int(digit) for digit in digits[1:]], [10] * (len(digits) - 1), digits[0])
        made = first + "".join(map(str, moved))
        return zeros + made

    def _plain(self, text: str) -> str:
        return _piece().sub(self._replace, text)

    def _replace(self, found: re.Match[str]) -> str:
        if found["syntax"]:
            return found[0]
        if found["y"]:
            return self._date(found)
        if found["broken"]:
            return "".join(self._broken(byte, alone=len(found[0]) == 1) for byte in found[0])
        if found["signs"]:
            return found[0] if self._universal else "".join(map(self._sign, found[0]))
        return self._run(found[0])

    def _run(self, run: str) -> str:
        if run[0].isdigit() and not run[0].isalpha():
            return self.number(run)
        if fold(run) in self.public:
            return run
        return self._odd_word(run) if re.search(_ODD, run) else self.word(run)

    # -- numbers -----------------------------------------------------------------------------------------------------------------

    def _date(self, found: re.Match[str]) -> str:
        """A date in figures: another date; a damaged one with the same damage."""
        first, second, third = found["y"], found["m"], found["d"]
        places = {"m": second, "d": third} if len(first) == _YEAR_DIGITS else {"y": first, "m": second}
        late = next((name for name, text in places.items() if int(text) > _EVERY_MONTH), None)
        month = next((name for name in places if name != late), None)
        if late is None or month is None or not 1 <= int(places[month]) <= _MONTHS_OF_YEAR:
            parts = {"y": first, "m": second, "d": third}
            made = {name: self._part(text, year=name not in places) for name, text in parts.items()}
        else:
            parts = {"y": first, "m": second, "d": third}
            made = {name: self._part(text, year=True) for name, text in parts.items() if name not in places}
            if int(places[late]) <= _LAST_DAYS[int(places[month]) - 1]:
                # A day that every month has, and that is no month.
                size = _EVERY_MONTH - _FIRST_CLEAR_DAY + 1
                leap = int(places[late]) == _LAST_DAYS[1] and int(places[month]) == _SHORT
                day = _FIRST_CLEAR_DAY + self._shifts("late", places[late], count=1)[0] % size
                made[late] = (
                    places[late] if leap and self._common_year(parts, places) else str(day).zfill(len(places[late]))
                )
                made[month] = places[month] if made[late] == places[late] and leap else self._part(places[month])
            else:
                made[late], made[month] = places[late], self._short_month(places[month])
        return f"{made['y']}{found['s']}{made['m']}{found['t']}{made['d']}"

    @staticmethod
    def _common_year(parts: Mapping[str, str], places: Mapping[str, str]) -> bool:
        """Whether the year of a date has no 29th of February."""
        [year] = [int(text) for name, text in parts.items() if name not in places]
        return bool(year % 4)

    def _part(self, text: str, *, year: bool = False) -> str:
        """A part of a date in figures."""
        if year and len(text) == _SHORT:
            return self._short_year(text)
        return self.number(text)

    def _short_month(self, text: str) -> str:
        """A month beside a day that it has not: another one that has it not either, of as many digits."""
        short = [number for number in (4, 6, 9) if int(text) in (4, 6, 9)] or [int(text)]
        return self._next("month", str(int(text)), list(map(str, short))).zfill(len(text))

    def _year(self, year: str) -> str:
        """Another year of the century with as many days; 1900 and the first years of either stay where they are."""
        return self._next_number("year", int(year), ((1904, 1999), (2000, 2099)), step=4)

    def _short_year(self, year: str) -> str:
        return self._next_number("short year", int(year), ((1, 28), (32, 59), (60, 99)), step=4).zfill(len(year))

    def _small(self, value: int) -> int:
        return int(self._next_number("small", value, _RANGES))

    def _next_number(self, what: str, value: int, ranges: Iterable[tuple[int, int]], step: int = 1) -> str:
        for first, last in ranges:
            if first <= value <= last:
                some = [str(one) for one in range(first, last + 1) if (one - value) % step == 0]
                return self._next(what, str(value), some)
        return str(value)

    def _foreign_number(self, run: str) -> str:
        """Digits of another script: of the same script, and as above."""
        values = [unicodedata.digit(digit, -1) for digit in run]
        if min(values) < 0:
            return run
        made = self.number("".join(map(str, values)))
        return "".join(chr(ord(old) - value + int(new)) for old, value, new in zip(run, values, made, strict=True))

    # -- words -------------------------------------------------------------------------------------------------------------------

    def _odd_word(self, word: str) -> str:
        """A word with letters that a wrong encoding has taken apart: another word, with letters taken apart in the same places."""
        parts = re.findall(rf"{_ODD}|.", word, re.DOTALL)
        clear = [_repaired(part) if len(part) > 1 else part for part in parts]
        made = self.word("".join(clear))
        return "".join(
            new if len(part) == 1 else _taken_apart(new, self.encoding, len(part.encode(self.encoding, "replace")))
            for part, new in zip(parts, made, strict=True)
        )

    def _word(self, word: str) -> str:
        """Another word of the same kinds of letters: the same for what differs in case and accents only, another for any other."""
        latin = any(letter.isascii() for letter in word)
        bases = [_base(letter, twins=latin) for letter in word]
        alphabets = [self._alphabet(letter, base) for letter, base in zip(word, bases, strict=True)]
        plain = [self._plain_letter(letter, base) for letter, base in zip(word, bases, strict=True)]
        places = [at for at, letters in enumerate(alphabets) if plain[at] in letters]
        new = list(word)
        if places[:1] == [0]:
            new[0] = self._next("first", plain[0], alphabets[0])
        rest = places[1:] if places[:1] == [0] else places
        indices = [alphabets[at].index(plain[at]) for at in rest]
        moved = self._moved(indices, [len(alphabets[at]) for at in rest], plain[0])
        for at, value in zip(rest, moved, strict=True):
            new[at] = alphabets[at][value]
        return "".join(
            self._written(letter, new[at], bases[at], plain[at]) if at in set(places) else letter
            for at, letter in enumerate(word)
        )

    def _plain_letter(self, letter: str, base: str | None) -> str:
        if base is not None and (self._universal or letter.isascii()):
            return base
        lower = letter.lower() if len(letter.lower()) == 1 else letter
        return "ø" if lower == "ß" and self._universal else lower

    def _alphabet(self, letter: str, base: str | None) -> str:
        """The letters that a letter may become; empty: it stays."""
        if letter.isascii() or (self._universal and base is not None):
            return next((letters for letters in _CLASSES if base is not None and base in letters), "")
        lower = letter.lower()
        if not self._universal:
            return self._alphabets.get(_kind(lower, self.encoding), "")
        if lower in _SPECIAL or lower == "ß":
            return _SPECIAL
        return _neighbours(lower, self.encoding)

    def _written(self, letter: str, new: str, base: str | None, plain: str) -> str:
        """The new letter with the case, the accent and the size of the old one."""
        if letter.isascii():
            return new.upper() if letter.isupper() else new
        if base is None or not self._universal:
            return self._sized(letter, new)
        if letter.casefold() in _LATIN_OF:
            return self._sized(letter, _TWINS.get(new, _TWINS["a" if plain != "a" else "o"]))
        marks = unicodedata.normalize("NFD", letter.lower())[1:]
        same = self._sized(letter, unicodedata.normalize("NFC", new + marks))
        if same != letter:
            return same
        some = [one for one in _accented(_size(letter, self.encoding), self.encoding) if one != letter.lower()]
        of_new = [one for one in some if unicodedata.normalize("NFD", one)[0] == new] or some
        return self._sized(letter, of_new[len(marks) % len(of_new)]) if of_new else letter

    def _sized(self, letter: str, made: str) -> str:
        """The new letter in the case of the old one where it has the same size; else without its case, else the old one."""
        for one in (made.upper() if letter.isupper() else made, made):
            if len(one) == 1 and _size(one, self.encoding) == _size(letter, self.encoding):
                return one
        return letter

    # -- bytes and domains -------------------------------------------------------------------------------------------------------

    def _broken(self, byte: str, *, alone: bool) -> str:
        value = ord(byte) - _SURROGATE
        if alone and value in _SIGNS:
            return byte
        some = next((some for some in _BROKEN if value in some), (value,))
        return chr(_SURROGATE + int(self._next("byte", str(value), list(map(str, some)))))

    def _sign(self, sign: str) -> str:
        """A sign beside another one, in an encoding in which it may be a letter of the one that was meant."""
        return self._next("sign", sign, self._alphabets.get(("", "", 1), sign)) if sign != "\u0085" else sign

    def _domain(self, domain: str) -> str:
        if domain.casefold() in value_words("free_mail"):
            return domain
        names = domain.split(".")
        last = names[-1].casefold()
        public = last in _PUBLIC_SUFFIXES or (len(last) == _SHORT and last.isascii())
        second = len(names) > _SHORT and names[-2].casefold() in _SECOND_LEVEL
        kept = min((1 + second) if public else 0, len(names) - 1)  # a domain of one part is a name
        split = len(names) - kept
        return ".".join((*map(self._plain_of_domain, names[:split]), *names[split:]))

    def _plain_of_domain(self, name: str) -> str:
        return re.sub(
            r"\d+|[^\W\d_]+", lambda run: self.number(run[0]) if run[0].isdigit() else self.word(run[0]), name
        )

    # -- the key -----------------------------------------------------------------------------------------------------------------

    def _shifts(self, *said: object, count: int) -> list[int]:
        """Numbers that depend on the key and on what is said alone."""
        made = b""
        for block in range(count * 4 // 32 + 1):
            text = "\x00".join(map(str, (block, *said)))
            made += hmac.digest(self.key, text.encode("utf-8", "surrogatepass"), "sha256")
        return [int.from_bytes(made[at * 4 : at * 4 + 4], "big") for at in range(count)]

    def _next(self, what: str, one: str, some: Sequence[str]) -> str:
        """Another of some: the next of them in an order that the key makes; no two become one, and none stays unless it is alone."""
        order = _ordered(self.key, what, tuple(some))
        return order[(order.index(one) + 1) % len(order)]

    def _moved(self, values: list[int], sizes: list[int], about: str) -> list[int]:
        """Other values, of the same sizes: no two lists become one (a Feistel network over the odd and the even places)."""
        values = list(values)
        for turn in range(_TURNS):
            places, others = range(turn % 2, len(values), 2), values[(turn + 1) % 2 :: 2]
            shifts = self._shifts("move", turn, about, sizes, others, count=len(places))
            for place, shift in zip(places, shifts, strict=True):
                values[place] = (values[place] + shift) % sizes[place]
        return values


@lru_cache(maxsize=1024)
def _ordered(key: bytes, what: str, some: tuple[str, ...]) -> tuple[str, ...]:
    """Some texts in an order that the key makes."""

    def place(one: str) -> bytes:
        return hmac.digest(key, f"{what}\x00{one}".encode("utf-8", "surrogatepass"), "sha256")

    return tuple(sorted(some, key=place))


def _base(letter: str, *, twins: bool) -> str | None:
    """The plain letter below a Latin one, or beside Latin ones its twin; None for a letter of another script."""
    lower = letter.casefold()
    if lower in _LATIN_OF:
        return _LATIN_OF[lower] if twins else None
    base = unicodedata.normalize("NFD", letter)[0].casefold()
    return base if len(base) == 1 and "a" <= base <= "z" else None


def _size(letter: str, encoding: str) -> int:
    try:
        return len(letter.encode(encoding))
    except UnicodeError:
        return 0


def _kind(letter: str, encoding: str) -> tuple[str, str, int]:
    """Script (the first word of the letter's name), category and size."""
    return unicodedata.name(letter, "?").split()[0], unicodedata.category(letter), _size(letter, encoding)


@lru_cache(maxsize=10_000)
def _neighbours(letter: str, encoding: str) -> str:
    """The letters beside one in Unicode, of the same script, category and size: the same for every file."""
    if len(letter) != 1:
        return ""
    first = ord(letter) - ord(letter) % _BLOCK
    kind = _kind(letter, encoding)
    some = (chr(point) for point in range(first, first + _BLOCK))
    return "".join(one for one in some if one.lower() == one and _kind(one, encoding) == kind)


@cache
def _accented(size: int, encoding: str) -> tuple[str, ...]:
    """Latin letters with accents, of a size, whose capitals have that size as well."""
    letters = map(chr, (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)))
    return tuple(
        one
        for one in letters
        if one.islower()
        and len(one.upper()) == 1
        and len(unicodedata.normalize("NFD", one)) > 1
        and _base(one, twins=False) is not None
        and _size(one, encoding) == _size(one.upper(), encoding) == size
    )


def _alphabets(text: str, encoding: str) -> Mapping[tuple[str, str, int], str]:
    """The letters of the file beyond ASCII by their kind, and its signs: what its encoding has, where that is not all of Unicode."""
    found: dict[tuple[str, str, int], str] = {}
    beyond = {
        one.lower()
        for one in set(text)
        if not one.isascii() and len(one.lower()) == 1 and not "\udc80" <= one <= "\udcff"
    }
    for one in sorted(beyond):
        kind = _kind(one, encoding) if one.isalpha() else ("", "", 1)
        found[kind] = found.get(kind, "") + one
    for kind, some in found.items():
        if len(some) == 1 and kind[0]:
            more = [one for one in _COMMON if one != some and _kind(one, encoding) == kind]
            found[kind] = some + "".join(more[:1])
    return found


def _repaired(odd: str) -> str:
    """The letter that a wrong encoding has taken apart."""
    try:
        one = odd.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return "é"
    return one if len(one) == 1 else "é"


def _taken_apart(letter: str, encoding: str, size: int) -> str:
    """A letter as a wrong encoding takes it apart, of a size in bytes."""
    for one in (letter, letter.lower(), "é", "ó"):
        try:
            odd = one.encode("utf-8").decode("cp1252")
        except UnicodeError:
            continue
        if len(odd) == _SHORT and len(odd.encode(encoding, "replace")) == size:
            return odd
    return "Ãé"[:_SHORT] if size else ""
