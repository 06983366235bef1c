"""Cut lines of text into cells, strictly where the line is well formed and by the least repair where it is not.

What is wanted: the cells that the author of a line meant. A well-formed line has one reading and gets it at the speed of
the csv module. A line with a stray or unclosed quote has many readings; the one with the fewest violations is taken that
gives the width of the table around it, and how many quotes had to be taken literally is handed back, so that the reader
can report the line. A repair never looks beyond its own line: a cell with line breaks in it must be well formed as a
whole, and whether that is believed is decided by the reader, who sees the rows that follow.

What is refused: changing text. A repair decides where cells begin and end; the characters between are kept, but for
the quotes around a cell, the doubling of a quote within and the escape in front of a special character.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from ...source import Dialect

__all__ = ["RecordSplitter", "Repaired"]

#: Beyond these a broken line is read by the simplest repair: the search for the best one grows with their product.
_SEARCH_CHARS: Final = 20_000
_SEARCH_QUOTES: Final = 200
_SEARCH_CELLS: Final = 400

#: Cells that one reading of a file may spend on searches: a file in which every row is broken is read all the same.
_SEARCHES: Final = 50_000

#: How many possible ends of one quoted cell are weighed: the first few decide every case worth deciding.
_CLOSERS: Final = 5

#: What a reading costs. A quote taken literally is one fault; a width that the table does not have weighs more than a
#: few of them, because a shifted row puts every later cell under the wrong label.
_COST_LITERAL: Final = 1.0
_COST_BLANK: Final = 0.25
_COST_WIDTH: Final = 2.0
_COST_WIDTH_STEP: Final = 0.5

#: A line break is inside a quoted cell or it ends the row.
_COST_BREAK: Final = 20.0

#: The csv module has a global field size limit that this library must not touch; longer lines take the other way.
_CSV_CHARS: Final = 100_000


@dataclass(frozen=True, slots=True)
class Repaired:
    """A reading of a broken line.

    Args:
        cells: The cells.
        strays: Positions (from 0) of cells that hold a quote which was taken literally.
        literal: Positions of cells without quotes around them, as far as the search for the best reading tells.
    """

    cells: list[str]
    strays: tuple[int, ...]
    literal: frozenset[int] = frozenset()


class _Feed:
    """One text for one call of a csv reader. Making a reader for every line costs ten times what reading the line does;
    a reader that finds a quote open at the end of the text asks for more, and is told that there is none."""

    __slots__ = ("spent", "text")

    def __init__(self) -> None:
        self.text: str | None = None
        #: Whether more was asked for than there is.
        self.spent = False

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        text, self.text = self.text, None
        if text is None:
            self.spent = True
            raise StopIteration
        return text


class RecordSplitter:
    """Cut lines by one dialect.

    >>> splitter = RecordSplitter(Dialect(delimiter=";"))
    >>> splitter.strict('7;"a;b";c')
    ['7', 'a;b', 'c']
    >>> splitter.strict('7;"a;b') is None
    True
    >>> splitter.repair('7;"a;b', {3}).cells
    ['7', '"a', 'b']
    """

    __slots__ = (
        "_blank",
        "_feed",
        "_field",
        "_inside",
        "_odd_escape",
        "_reader",
        "_searches",
        "_single",
        "_unescape_bare",
        "_unescape_quoted",
        "delimiter",
        "dialect",
        "escape",
        "quote",
    )

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.delimiter = dialect.delimiter
        self.quote = dialect.quote
        self.escape = dialect.escape
        self._single = len(dialect.delimiter) == 1
        self._blank = dialect.skip_initial_space
        delimiter = re.escape(dialect.delimiter) if dialect.delimiter else r"(?!)"
        escape = re.escape(dialect.escape) if dialect.escape else ""
        quote = re.escape(dialect.quote) if dialect.quote else ""
        pair = f"{escape}." if escape else ""
        lead = " *+" if self._blank else ""
        if self._single:
            stretch = f"[^{delimiter}{escape}]++"
        else:
            stretch = f"(?!{delimiter}|{escape})." if escape else f"(?!{delimiter})."
        bare = f"((?:{stretch}{'|' + pair if pair else ''})*+{escape + '?' if escape else ''})"
        if quote:
            inner = "|".join(
                part for part in (f"[^{quote}{escape}]", pair, f"{quote}{quote}" if dialect.doubled else "") if part
            )
            self._field = re.compile(
                f"{lead}(?:{quote}((?:{inner})*+){quote}{lead}|(?!{quote}){bare})({delimiter}|\\Z)", re.DOTALL
            )
            self._inside: re.Pattern[str] | None = re.compile(f"(?:{inner})*+", re.DOTALL)
        else:
            self._field = re.compile(f"{lead}((?!))?{bare}({delimiter}|\\Z)", re.DOTALL)
            self._inside = None
        # An escape is only one in front of what it protects: ``C:\new`` is a path, ``\"`` is a quote.
        protected = "".join(
            re.escape(c) for c in {dialect.delimiter[:1], dialect.quote or "", dialect.escape or ""} if c
        )
        self._searches = _SEARCHES
        self._unescape_bare = re.compile(f"{escape}([{protected}\r\n])") if escape else None
        self._unescape_quoted = self._unescape_bare
        usable = self._single and dialect.quote is not None and not self._blank and (dialect.doubled or bool(escape))
        usable = usable and dialect.delimiter not in "\r\n\0" and dialect.delimiter != dialect.quote
        self._feed = _Feed()
        self._reader = (
            csv.reader(
                self._feed,
                delimiter=dialect.delimiter,
                quotechar=dialect.quote,
                escapechar=dialect.escape,
                doublequote=dialect.doubled,
                strict=True,
            )
            if usable
            else None
        )
        # The csv module takes an escape off anything; where one stands before an ordinary character it stays text.
        self._odd_escape = re.compile(f"{escape}(?:[^{protected}]|\\Z)") if escape else None

    def plain(self, line: str) -> bool:
        """Tell whether a line can be split at its delimiters: it has neither quotes nor escapes."""
        return (self.quote is None or self.quote not in line) and (self.escape is None or self.escape not in line)

    def split(self, line: str) -> list[str]:
        """Cut a line that `plain` is true for."""
        if not self.delimiter:
            return [line]
        if self._blank:
            return [cell.lstrip(" ") for cell in line.split(self.delimiter)]
        return line.split(self.delimiter)

    def strict(self, text: str) -> list[str] | None:
        """Cut a well-formed record, line breaks inside quoted cells included. None: it is not well formed."""
        if self._reader is not None and len(text) <= _CSV_CHARS and not self._has_odd_escape(text):
            return self._read(self._reader, text)
        cells, _, state = self.walk(text, 0)
        return cells if state == "whole" else None

    def cut(self, text: str) -> tuple[list[str], Literal["whole", "open", "broken"]]:
        """Cut a record as `walk` does, from its start and faster; the cells are for a whole one only."""
        # Where quotes are not doubled the csv module is not strict about what follows one.
        if self._reader is not None and self.escape is None and len(text) <= _CSV_CHARS:
            found = self._read(self._reader, text)
            if found is not None:
                return found, "whole"
            # What is open at its end makes the reader ask for more; what is broken fails before.
            return [], "open" if self._feed.spent else "broken"
        cells, _, state = self.walk(text, 0)
        return cells, state

    def _read(self, reader: Iterator[list[str]], text: str) -> list[str] | None:
        self._feed.text, self._feed.spent = text, False
        try:
            cells = next(reader)
        except (csv.Error, StopIteration):
            return None
        return cells or [""]

    def _has_odd_escape(self, text: str) -> bool:
        if self.escape is None or self._odd_escape is None or self.escape not in text:
            return False
        return self._odd_escape.search(text.replace(self.escape * 2, "")) is not None

    def walk(self, text: str, start: int) -> tuple[list[str], int, Literal["whole", "open", "broken"]]:
        """Cut from a cell's start to the end of the text.

        Returns:
            The cells, where the walk stopped, and how: at the end of the text; inside a quoted cell that is still open
            there; or at a cell that is not well formed.
        """
        cells: list[str] = []
        position = start
        match = self._field.match
        while True:
            found = match(text, position)
            if found is None:
                return cells, position, self._why(text, position)
            quoted, bare, end = found.groups()
            cells.append(self._unquote(quoted) if quoted is not None else self._bare(bare or ""))
            position = found.end()
            if not end:
                return cells, position, "whole"

    def _why(self, text: str, position: int) -> Literal["open", "broken"]:
        if self._inside is None or self.quote is None:
            return "broken"
        opening = position
        if self._blank:
            while text.startswith(" ", opening):
                opening += 1
        if not text.startswith(self.quote, opening):
            return "broken"
        inside = self._inside.match(text, opening + 1)
        return "open" if inside is not None and inside.end() == len(text) else "broken"

    def closes(self, line: str) -> tuple[int, bool]:
        """Follow a line that begins inside a quoted cell.

        Returns:
            Where the cell's closing quote ends (0: it does not close in this line), and whether a delimiter or the line's
            end follows it as it must.
        """
        assert self._inside is not None
        assert self.quote is not None
        inside = self._inside.match(line)
        stop = inside.end() if inside is not None else 0
        if stop == len(line):
            return 0, True
        after = stop + 1
        if not line.startswith(self.quote, stop):
            return 0, True  # a lone escape at the very end: it protects the line break
        if self._blank:
            after += len(line) - after - len(line[after:].lstrip(" "))
        follows = after == len(line) or (bool(self.delimiter) and line.startswith(self.delimiter, after))
        return after, follows

    def repair(self, line: str, widths: Collection[int]) -> Repaired:
        """Read a broken line by the fewest violations, preferring the widths that the table around it has.

        Args:
            line: One line without its end.
            widths: Widths that are expected; empty where none is known.
        """
        quote = self.quote
        if quote is None or not self.delimiter:
            return Repaired([line], (0,) if quote is not None and quote in line else ())
        lenient = self._lenient(line)
        if not widths or len(lenient.cells) in widths:
            return lenient
        literal = self._literal(line)
        if len(literal.cells) in widths and len(literal.strays) <= 1:
            return literal
        quotes = line.count(quote)
        cells = line.count(self.delimiter) + 1
        self._searches -= cells
        if self._searches < 0 or len(line) > _SEARCH_CHARS or quotes > _SEARCH_QUOTES or cells > _SEARCH_CELLS:
            return literal if len(literal.cells) in widths else lenient
        return self._search(line, widths)

    def repair_joined(self, text: str, widths: Collection[int]) -> Repaired | None:
        """Read several lines as one broken row, if there is a reading of an expected width in which every line break is
        inside a quoted cell."""
        cells = text.count(self.delimiter) + 1 if self.delimiter else 0
        self._searches -= cells
        if self.quote is None or not cells or cells > _SEARCH_CELLS or len(text) > _SEARCH_CHARS or self._searches < 0:
            return None
        found = self._search(text, widths)
        if len(found.cells) not in widths:
            return None
        bare = [
            cell
            for position, cell in enumerate(found.cells)
            if "\n" in cell or "\r" in cell
            if position in found.literal
        ]
        return None if bare else found

    def _lenient(self, line: str) -> Repaired:
        """A quote closes a cell only before a delimiter or the end; without such an end it never opened one."""
        cells: list[str] = []
        strays: list[int] = []
        position = 0
        quote = self.quote or ""
        while True:
            # Cells up to the next quote hold none, and need no look each.
            ahead = line.find(quote, position)
            if ahead < 0:
                cells.extend(map(self._bare, line[position:].split(self.delimiter)))
                return Repaired(cells, tuple(strays))
            cut = line.rfind(self.delimiter, position, ahead) if self._single else -1
            if cut >= 0:
                cells.extend(map(self._bare, line[position:cut].split(self.delimiter)))
                position = cut + 1
            start = self._opening(line, position)
            if start is not None:
                end = self._first_end(line, start)
                if end is not None:
                    raw = line[start:end]
                    if self._undoubled(raw):
                        strays.append(len(cells))
                    cells.append(self._unquote(raw))
                    position = end + 1
                    if position >= len(line):
                        return Repaired(cells, tuple(strays))
                    position += len(self.delimiter)
                    continue
            stop = line.find(self.delimiter, position)
            text = line[position:] if stop < 0 else line[position:stop]
            body = text.strip(" ")
            if self.quote is not None and body.startswith(self.quote):
                strays.append(len(cells))
                if len(body) > 1 and body.endswith(self.quote):
                    if not self._undoubled(body[1:-1]):
                        text = self._unquote(body[1:-1])  # blanks between the quotes and the delimiters
                    elif body.count(self.quote) % 2 == 0:
                        text = body[1:-1]  # "he said "yes"": the last two quotes are no doubled one
            cells.append(self._bare(text))
            if stop < 0:
                return Repaired(cells, tuple(strays))
            position = stop + len(self.delimiter)

    def _literal(self, line: str) -> Repaired:
        """Every delimiter cuts; a cell with a quote at both ends loses them."""
        cells: list[str] = []
        strays: list[int] = []
        quote = self.quote or ""
        for position, text in enumerate(line.split(self.delimiter)):
            body = text.strip(" ") if self._blank else text
            if len(body) >= 2 and body.startswith(quote) and body.endswith(quote):
                raw = body[1:-1]
                if self._undoubled(raw):
                    strays.append(position)
                cells.append(self._unquote(raw))
            else:
                if body.startswith(quote):
                    strays.append(position)
                cells.append(self._bare(text))
        return Repaired(cells, tuple(strays))

    def _search(self, line: str, widths: Collection[int]) -> Repaired:
        """The cheapest reading: every cell that begins with a quote may be quoted, up to any of its possible ends, or
        literal; dynamic programming from the end of the line over (position, cells so far)."""
        size = len(line)
        most = max(widths) + 3
        step = len(self.delimiter)
        # Forward over positions in order: best[position][count] = (cost, previous position, previous count, edge)
        best: dict[int, dict[int, tuple[float, int, int, bool, int]]] = {0: {0: (0.0, -1, -1, False, 0)}}
        final: dict[int, tuple[float, int, int, bool, int]] = {}
        queue = [0]
        seen = {0}
        while queue:
            queue.sort(reverse=True)
            position = queue.pop()
            for end, cost, quoted in self._edges(line, position):
                following = end + step
                for count, entry in best[position].items():
                    total = entry[0] + cost
                    if count + 1 > most and end < size:
                        continue
                    made = (total, position, count, quoted, end)
                    if end >= size:
                        if count + 1 not in final or total < final[count + 1][0]:
                            final[count + 1] = made
                        continue
                    here = best.setdefault(following, {})
                    if count + 1 not in here or total < here[count + 1][0]:
                        here[count + 1] = made
                if end < size and following not in seen and following in best:
                    seen.add(following)
                    queue.append(following)
        if not final:
            return self._lenient(line)

        def whole_cost(count: int) -> tuple[float, int]:
            away = min(abs(count - width) for width in widths)
            return final[count][0] + (_COST_WIDTH + _COST_WIDTH_STEP * away if away else 0.0), away

        count = min(final, key=whole_cost)
        entry = final[count]
        spans: list[tuple[int, int, bool]] = []
        while True:
            _, position, before, quoted, end = entry
            spans.append((position, end, quoted))
            if position == 0 and before == 0:
                break
            entry = best[position][before]
        cells: list[str] = []
        strays: list[int] = []
        literal: list[int] = []
        for index, (start, end, quoted) in enumerate(reversed(spans)):
            text = line[start:end]
            if quoted:
                raw = text.strip(" ")[1:-1]
                if self._undoubled(raw):
                    strays.append(index)
                cells.append(self._unquote(raw))
            else:
                literal.append(index)
                if self.quote is not None and text.lstrip(" ").startswith(self.quote):
                    strays.append(index)
                cells.append(self._bare(text))
        return Repaired(cells, tuple(strays), frozenset(literal))

    def _edges(self, line: str, position: int) -> list[tuple[int, float, bool]]:
        """The possible cells from a position: where each ends, what it costs, whether its quotes are taken off."""
        assert self.quote is not None
        stop = line.find(self.delimiter, position)
        stop = len(line) if stop < 0 else stop
        text = line[position:stop]
        breaks = text.count("\n") + text.count("\r")
        edges = [(stop, _COST_LITERAL * self._literal_quotes(text) + _COST_BREAK * breaks, False)]
        start = position
        while line.startswith(" ", start):
            start += 1
        if not line.startswith(self.quote, start):
            return edges
        blank = _COST_BLANK if start > position and not self._blank else 0.0
        search = start + 1
        for _ in range(_CLOSERS):
            close = line.find(self.quote, search)
            if close < 0:
                break
            after = close + 1
            end = after
            while line.startswith(" ", end) and self.delimiter != " ":
                end += 1
            if end == len(line) or line.startswith(self.delimiter, end):
                extra = _COST_BLANK if end > after else 0.0
                cost = blank + extra + _COST_LITERAL * self._undoubled(line[start + 1 : close])
                edges.append((end, cost, True))
            elif end != after and line.startswith(self.delimiter, after):
                edges.append((after, blank + _COST_LITERAL * self._undoubled(line[start + 1 : close]), True))
            search = close + 1
        return edges

    def _literal_quotes(self, text: str) -> int:
        """Quotes that an unquoted cell would hold; one inside a word or after a figure (5" disk) is half expected."""
        assert self.quote is not None
        return text.count(self.quote)

    def _opening(self, line: str, position: int) -> int | None:
        """Where the content of a quoted cell begins, if one begins here."""
        assert self.quote is not None
        start = position
        if self._blank:
            while line.startswith(" ", start):
                start += 1
        return start + 1 if line.startswith(self.quote, start) else None

    def _first_end(self, line: str, start: int) -> int | None:
        """The first quote from here that a delimiter or the line's end follows and that is not one of a doubled pair
        or escaped."""
        assert self.quote is not None
        search = start
        while True:
            close = line.find(self.quote, search)
            if close < 0:
                return None
            after = close + 1
            if self.escape and close > start and line[close - 1] == self.escape:
                search = after
                continue
            if after == len(line) or line.startswith(self.delimiter, after):
                return close
            if self.dialect.doubled and line.startswith(self.quote, after):
                # A doubled quote, unless the pair is itself the end: `""` then a delimiter after an odd run.
                run = after
                while line.startswith(self.quote, run):
                    run += 1
                ends = run == len(line) or line.startswith(self.delimiter, run)
                if ends and (run - close) % 2 == 1:
                    return run - 1
                if ends and close == start:
                    return run - 1
                search = run
                continue
            search = after

    def _undoubled(self, raw: str) -> int:
        """Quotes inside a quoted cell that are neither doubled nor escaped."""
        quote = self.quote
        if quote is None or quote not in raw:
            return 0
        if self.escape:
            raw = raw.replace(self.escape + self.escape, "").replace(self.escape + quote, "")
        if self.dialect.doubled:
            raw = raw.replace(quote + quote, "")
        return raw.count(quote)

    def _unquote(self, raw: str) -> str:
        quote = self.quote
        if quote is not None and self.dialect.doubled and quote in raw:
            raw = raw.replace(quote + quote, quote)
        if self._unescape_quoted is not None:
            raw = self._unescape_quoted.sub(r"\1", raw)
        return raw

    def _bare(self, text: str) -> str:
        return self._unescape_bare.sub(r"\1", text) if self._unescape_bare is not None else text
