"""Laws of the XML reader: what is written comes back, in every dialect; bytes never do anything else than fail properly."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from html import escape as html_escape
from xml.sax.saxutils import escape, quoteattr

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qooper_ingest.errors import SourceError, UnsupportedFormatError
from qooper_ingest.limits import Limits
from qooper_ingest.readers.deadline import Deadline
from qooper_ingest.readers.spreadsheet import regular
from qooper_ingest.readers.spreadsheet.cells import CellList
from qooper_ingest.readers.xml import html
from qooper_ingest.readers.xml.events import Document
from qooper_ingest.readers.xml.reading import read_xml
from qooper_ingest.source import Format, ReadOptions, Source
from qooper_ingest.workbook import Workbook

LIMITS = Limits(cells=200_000, rows=20_000, seconds=10)
QUIET = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])

POOL = [
    "", "007", "a@b.example", "<b>&amp;</b>", "]]>", "'\"", " lead", "trail ", "a\nb", "\ttab", "李小龙", "🙂", "1e5", "=1+1",
    "#N/A", "-", "0042", "x\u00a0y", "<!-- -->", "&#1;", "e\u0301", "\ufeff", "a\u2028b",
]  # fmt: skip
#: Characters that XML can hold; carriage returns are line feeds after any parser.
CHARACTERS = st.characters(
    exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff", include_characters="\n\t"
)
CELL = st.sampled_from(POOL) | st.text(CHARACTERS, max_size=12)
GRID = st.lists(st.lists(CELL, min_size=1, max_size=5), min_size=1, max_size=6)


def read(text: str, hint: Format) -> Workbook:
    return read_xml(Source.of(text.encode()), ReadOptions(format=hint), LIMITS)


def filled(rows: list[list[str]]) -> dict[tuple[int, int], str]:
    return {(r, c): text for r, row in enumerate(rows, 1) for c, text in enumerate(row) if text}


def found(workbook: Workbook) -> dict[tuple[int, int], str]:
    return {
        (row[0], c): text
        for row in workbook.sheet().grid.iter_rows()
        for c, text in enumerate(row[1:])
        if text is not None
    }


@QUIET
@given(rows=GRID, gaps=st.booleans(), pretty=st.booleans())
def test_a_grid_written_as_spreadsheetml_comes_back(rows: list[list[str]], gaps: bool, pretty: bool) -> None:
    blank = "\n   " if pretty else ""
    out = []
    for number, row in enumerate(rows, 1):
        line = []
        for column, text in enumerate(row, 1):
            if text or not gaps:
                where = f' ss:Index="{column}"' if gaps else ""
                line.append(f'{blank}<Cell{where}><Data ss:Type="String">{escape(text)}</Data></Cell>')
        if line or not gaps:
            where = f' ss:Index="{number}"' if gaps else ""
            out.append(f"{blank}<Row{where}>{''.join(line)}{blank}</Row>")
    xml = (
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
        f'<Worksheet ss:Name="a"><Table>{"".join(out)}</Table></Worksheet></Workbook>'
    )
    assert found(read(xml, Format.SPREADSHEETML)) == filled(rows)


@QUIET
@given(rows=GRID, attributes=st.booleans())
def test_records_written_as_elements_or_attributes_come_back(rows: list[list[str]], attributes: bool) -> None:
    width = max(len(row) for row in rows)
    padded = [row + [""] * (width - len(row)) for row in rows] + [["x"] * width]
    out = []
    for row in padded:
        if attributes:
            # A line break in an attribute is a blank unless it is written as a reference (XML 1.0, 3.3.3).
            values = [quoteattr(text, {"\n": "&#10;", "\t": "&#9;"}) for text in row]
            out.append("<r " + " ".join(f"f{at}={text}" for at, text in enumerate(values)) + "/>")
        else:
            out.append("<r>" + "".join(f"<f{at}>{escape(text)}</f{at}>" for at, text in enumerate(row)) + "</r>")
    sheet = read(f"<l>{''.join(out)}</l>", Format.XML).sheet()
    header, *values = [list(row[1:]) for row in sheet.grid.iter_rows()]
    assert header == [f"f{at}" for at in range(width)]
    # White space that holds a line break and nothing else is layout, not a value.
    layout = not attributes
    assert values == [
        [None if not text or (layout and text.isspace() and "\n" in text) else text for text in row] for row in padded
    ]


@QUIET
@given(rows=GRID)
def test_a_grid_written_as_flat_ods_comes_back(rows: list[list[str]]) -> None:
    def marked(text: str) -> str:
        return escape(text).replace(" ", "<text:s/>").replace("\t", "<text:tab/>").replace("\n", "<text:line-break/>")

    lines = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{marked(text)}</text:p></table:table-cell>'
            for text in row
        )
        + "</table:table-row>"
        for row in rows
    )
    xml = (
        '<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
        f'<office:body><office:spreadsheet><table:table table:name="a">{lines}</table:table></office:spreadsheet></office:body>'
        "</office:document>"
    )
    assert found(read(xml, Format.FODS)) == filled(rows)


@QUIET
@given(rows=GRID)
def test_a_grid_written_as_html_comes_back_as_it_is_seen(rows: list[list[str]]) -> None:
    lines = "".join(
        "<tr>" + "".join(f"<td>{html_escape(text).replace(chr(10), '<br>')}</td>" for text in row) + "</tr>"
        for row in rows
    )
    page = f"<html><table><tr><td>id<td>x</tr>{lines}</table></html>"
    # A last line break is not seen, and a blank that does not break is a blank.
    seen = [[text.replace("\u00a0", " ").removesuffix("\n") for text in row] for row in [["id", "x"], *rows]]
    assert found(read(page, Format.HTML)) == {place: text for place, text in filled(seen).items() if not text.isspace()}


@settings(max_examples=300, deadline=None)
@given(data=st.binary(max_size=400), hint=st.sampled_from([Format.XML, Format.HTML, Format.MHTML, Format.FODS]))
def test_any_bytes_are_a_workbook_or_a_source_error(data: bytes, hint: Format) -> None:
    with suppress(SourceError):
        workbook = read_xml(Source.of(data), ReadOptions(format=hint), LIMITS)
        assert all(workbook.sheet(at).grid.width >= 1 for at in range(len(workbook.sheets)))


TAGS = st.sampled_from(["p", "q", "id", "email", "field", "a:b", "name", "value"])
NAMES = st.sampled_from(["id", "type", "name", "x:nil", "lang"])
TREE = st.recursive(
    st.sampled_from(["", "1", "a@b.example", " ", "\n", "<!-- c -->"]),
    lambda inner: st.builds(
        lambda tag, attributes, parts: (
            f"<{tag} "
            + " ".join(f"{name}={quoteattr(value)}" for name, value in attributes.items())
            + f">{''.join(parts)}</{tag}>"
        ),
        TAGS,
        st.dictionaries(NAMES, st.sampled_from(["1", "work", "", "long value"]), max_size=2),
        st.lists(inner, max_size=4),
    ),
    max_leaves=40,
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(trees=st.lists(TREE, min_size=1, max_size=5))
def test_no_value_of_any_tree_is_lost(trees: list[str]) -> None:
    """Every text of the file is in a cell, in a cell with others, in a field's name, or in an issue."""
    marks = []

    def numbered(text: str) -> str:
        pieces = text.split("a@b.example")
        out = pieces[0]
        for piece in pieces[1:]:
            marks.append(f"v{len(marks)}v@b.example")
            out += marks[-1] + piece
        return out

    xml = "<root>" + numbered("".join(trees)) + "</root>"
    workbook = None
    with suppress(UnsupportedFormatError):  # text without any field is refused as a whole: nothing passes as complete
        workbook = read(xml, Format.XML)
    if workbook is None:
        return
    everything = [
        text
        for at in range(len(workbook.sheets))
        for row in workbook.sheet(at).grid.iter_rows()
        for text in row[1:]
        if text is not None
    ]
    everything += [text for column in ("value", "detail") for text in workbook.issues.frame[column].to_list() if text]
    whole = "\x00".join(everything)
    assert [mark for mark in marks if mark not in whole] == []


# -- the two roads of SpreadsheetML ----------------------------------------------------------------------------------

DATA = st.one_of(
    st.builds(lambda text: f'<Data ss:Type="String">{escape(text)}</Data>', CELL),
    st.builds(lambda number: f'<Data ss:Type="Number">{number}</Data>', st.floats(allow_nan=False, width=32) | st.integers()),
    st.sampled_from(
        [
            '<Data ss:Type="Boolean">1</Data>', '<Data ss:Type="DateTime">2024-02-28T23:30:00.000</Data>',
            '<Data ss:Type="Error">#N/A</Data>', '<Data ss:Type="String"></Data>', '<Data ss:Type="String"/>', "",
            '<Data>x</Data>', '<Data ss:Type="String" x:Ticked="1">&#10;&#x1F642;\r\n&lt;</Data>', '<Data ss:Type="String">]]&gt;</Data>',
            '<Data ss:Type="String">a</Data><NamedCell ss:Name="_F"/>', '<Data ss:Type="String"><B>b</B></Data>',
            '<Data ss:Type="String">a</Data><Comment><ss:Data>c</ss:Data></Comment>', '<Data ss:Type="String">&nbsp;</Data>',
            '<Data ss:Type="String">a>b</Data>', "<Data ss:Type='Number'>007</Data>", "<!-- c -->", "<Data>]]></Data>",
        ]
    ),
)  # fmt: skip
ATTRIBUTES = st.sampled_from(
    [
        "", "", "", ' ss:StyleID="s1"', ' ss:Index="3"', ' ss:Index="7"', ' ss:MergeAcross="1"', ' ss:Formula="=A&amp;B"',
        ' ss:StyleID="pad"', ' ss:Index="2" ss:MergeAcross="2"', ' ss:HRef="mailto:a@b.c"', ' ss:Index="0"',
        ' ss:MergeAcross="x"', ' a="1" a="2"', " bad",
    ]
)  # fmt: skip
ROW_ATTRIBUTES = st.sampled_from(
    ["", "", "", ' ss:Height="15"', ' ss:Index="4"', ' ss:Index="9"', ' ss:Span="2"', ' ss:StyleID="pad"']
)
STYLES = [
    "",
    "",
    '<Style ss:ID="pad"><NumberFormat ss:Format="0000"/></Style>',
    '<Style ss:ID="pad"><NumberFormat ss:Format="Short Date"/></Style>',
    '<Style ss:ID="pad"><NumberFormat ss:Format="[h]:mm:ss"/></Style><Style ss:ID="s1" ss:Parent="pad"/>',
    '<Style ss:ID="Default"><NumberFormat ss:Format="h:mm"/></Style><Style ss:ID="s1"><NumberFormat/></Style>',
]
GLUE = st.sampled_from(["", "\n  ", "\r\n"])


#: What the fast road reads; the rest of the above sends a file down the careful one.
TAME_DATA = st.one_of(
    st.builds(lambda text: f'<Data ss:Type="String">{escape(text)}</Data>', CELL.filter(lambda text: "]]>" not in text)),
    st.builds(lambda number: f'<Data ss:Type="Number">{number}</Data>', st.integers()),
    st.sampled_from(["", "", '<Data ss:Type="String">a</Data><NamedCell ss:Name="_F"/>', '<Data ss:Type="DateTime">2024-02-28T00:00:00</Data>']),
)  # fmt: skip
TAME_ATTRIBUTES = st.sampled_from(
    ["", "", "", ' ss:StyleID="s1"', ' ss:StyleID="pad"', ' ss:Index="9"', ' ss:MergeAcross="1"', ' ss:Formula="=A&amp;B"', ' ss:Index="12" ss:MergeAcross="2"']
)  # fmt: skip
TAME_ROWS = st.sampled_from(["", "", "", ' ss:Height="15"', ' ss:Hidden="1"', ' ss:Index="8"', ' ss:StyleID="pad"'])


@st.composite
def spreadsheet(draw: st.DrawFn) -> str:
    glue, tame = draw(GLUE), draw(st.booleans())
    rows = []
    for _ in range(draw(st.integers(1, 6))):
        cells = []
        for _ in range(draw(st.integers(0, 4))):
            attributes = draw(TAME_ATTRIBUTES if tame else ATTRIBUTES)
            inner = draw(TAME_DATA if tame else DATA)
            cells.append(f"{glue}<Cell{attributes}/>" if not inner else f"{glue}<Cell{attributes}>{inner}</Cell>")
        attributes = draw(TAME_ROWS if tame else ROW_ATTRIBUTES)
        rows.append(
            f"{glue}<Row{attributes}/>"
            if not cells and glue
            else f"{glue}<Row{attributes}>{''.join(cells)}{glue}</Row>"
        )
    pad = draw(st.sampled_from(STYLES))
    tables = draw(
        st.sampled_from(
            [
                "<Table>{}</Table>",
                "<Table ss:A='1'>\n<Column ss:Width='9'/>{}</Table>",
                "<Table><Column ss:Index='2' ss:StyleID='pad'/>{}</Table>",
                "<Table ss:StyleID='pad'>{}</Table>",
                "<Table>{0}</Table><Table>{0}</Table>",
            ]
        )
    )
    before = draw(
        st.sampled_from(["", "<?mso-application progid='Excel.Sheet'?>", "<!-- <Table> -->"][: 2 if tame else 3])
    )
    return (
        f'{before}<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
        f"<Styles>{pad}</Styles><Worksheet ss:Name='a'>{tables.format(''.join(rows))}</Worksheet><Worksheet ss:Name='b'>"
        f"<Table>{''.join(rows[:2])}</Table></Worksheet></Workbook>"
    )


def outcome(text: str) -> object:
    """Everything that a reading says, to compare."""
    try:
        workbook = read(text, Format.SPREADSHEETML)
    except SourceError as error:
        return error.code, str(error)
    sheets = [workbook.sheet(at) for at in range(len(workbook.sheets))]
    return [
        (s.info, s.grid.to_dict(as_series=False), s.kinds.to_dict(as_series=False), s.issues.frame.to_dicts())
        for s in sheets
    ]


def both_roads(text: str) -> tuple[object, object]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(regular, "REGULAR_FROM", 10**9)
        careful = outcome(text)
        patch.setattr(regular, "REGULAR_FROM", 0)
        patch.setattr(regular, "_SLICE", 150)
        return careful, outcome(text)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=spreadsheet())
def test_both_roads_of_spreadsheetml_say_the_same(text: str) -> None:
    careful, fast = both_roads(text)
    assert fast == careful


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    rows=GRID,
    at=st.integers(0, 10_000),
    put=st.sampled_from(
        [
            "<",
            ">",
            "&",
            '"',
            "/",
            "]]>",
            "\x01",
            "\ufffe",
            "<!--",
            "<Row>",
            "</Row>",
            "<Cell>",
            "</Cell>",
            "</Data>",
            " ",
            "x",
        ]
    ),
    drop=st.integers(0, 3),
)
def test_both_roads_say_the_same_of_a_damaged_file(rows: list[list[str]], at: int, put: str, drop: int) -> None:
    lines = "".join(
        "<Row>" + "".join(f'<Cell><Data ss:Type="String">{escape(text)}</Data></Cell>' for text in row) + "</Row>\n"
        for row in rows
    )
    text = (
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
        f"<Worksheet ss:Name='a'><Table>{lines}</Table></Worksheet></Workbook>"
    )
    place = 180 + at % (len(text) - 180)
    careful, fast = both_roads(text[:place] + put + text[place + drop :])
    assert fast == careful


def test_the_fast_road_is_taken_where_it_should_be() -> None:
    # Styles of dates do not matter where the dates are typed as such, as a spreadsheet program writes them.
    rows = (
        '<Row ss:Height="15">\n<Cell ss:StyleID="s"><Data ss:Type="Number">1</Data></Cell>'
        '<Cell ss:StyleID="d"><Data ss:Type="DateTime">2024-02-28T00:00:00.000</Data></Cell><Cell/>\n</Row>\n'
    ) * 4000
    xml = (
        '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>\n<ss:Workbook xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
        "<ss:Styles><ss:Style ss:ID='d'><ss:NumberFormat ss:Format='Short Date'/></ss:Style></ss:Styles>"
        f"<ss:Worksheet ss:Name='a'><ss:Table>{rows}</ss:Table></ss:Worksheet></ss:Workbook>"
    )
    prefixed = xml.replace("<Row", "<ss:Row").replace("</Row", "</ss:Row").replace("<Cell", "<ss:Cell")
    prefixed = prefixed.replace("</Cell", "</ss:Cell").replace("<Data", "<ss:Data").replace("</Data", "</ss:Data")
    body = prefixed.partition("?>")[2].strip()
    document = Document(data=body.encode(), encoding="utf-8")
    short = regular.cut_regular_rows(document, Deadline(LIMITS))
    assert short is not None
    assert len(short.data) < 500
    assert sum(frame.height for frame in short.tables[0].frames) == 8000
    taken: list[int] = []
    take = CellList.take

    def counted(self: CellList, frames: Sequence[pl.DataFrame]) -> None:
        taken.append(len(frames))
        take(self, frames)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CellList, "take", counted)
        sheet = read(prefixed, Format.SPREADSHEETML).sheet()
        assert (sheet.grid.height, sheet.kinds["B"].unique().to_list(), taken) == (4000, ["date"], [1])
        numbers = prefixed.replace('"DateTime">2024-02-28T00:00:00.000', '"Number">45350')
        told = read(numbers, Format.SPREADSHEETML).sheet()
        assert (told.grid.rows(), taken) == (sheet.grid.rows(), [1])


#: What pages are made of; with rows of plain cells between.
MARKUP = st.sampled_from(
    [
        "<tr>", "</tr>", "<tr class='a'>", "<TR>", "<td>a</td>", "<TD>b</TD>", "<th x=y>c</th>", "<td class='q'>d</td>", "<td>e</th>",
        '<td nowrap align="l">&amp;f&nbsp;</td>', "<td></td>", "<td> </td>", "<td>&nbsp;</td>", "<td>#N/A</td>", "<td rowspan=2>g</td>",
        "<td colspan=2>h</td>", "<td x:num>7</td>", "<td x:num='12345678'>1E+7</td>", "<td>i > j</td>", "<td>k\nl</td>", "<td><b>m</b></td>",
        "<td>n", "o", "<h2>p", "<table>", "</table>", "<caption>q", '<td title="r>s">t</td>', "\n", "<td align=u/>v</td>", "<td>&#10;w&#10;</td>",
        "<tr><td>1</td><td class=x>2</td>\n<th>3</th></tr>", "<tr ><td>4</td></tr>", "<tr><td>\u00a05 </td><td>\u2003</td><td>6</td></tr>",
        "<!-- x -->", "<td colspan=\"2\" class=\"y\">z</td>",
    ]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(pieces=st.lists(MARKUP, max_size=25))
def test_rows_of_plain_cells_are_read_like_any_other(pieces: list[str]) -> None:
    page = f"<html><table><tr><td>id</td><td>x</td></tr>{''.join(pieces)}</table></html>"

    def told() -> object:
        workbook = read(page, Format.HTML)
        sheets = [workbook.sheet(at) for at in range(len(workbook.sheets))]
        return [
            (s.info, s.grid.rows(), s.kinds.rows(), s.issues.frame.rows()) for s in sheets
        ], workbook.issues.counts()

    quick = told()
    with pytest.MonkeyPatch.context() as patch:
        never = re.compile("(?!)")
        patch.setattr(html, "_PLAIN_ROW", never)
        patch.setattr(html, "_PLAIN_CELL", never)
        assert told() == quick
