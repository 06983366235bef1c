"""Hostile XML, HTML and web archives: each a name, a function that makes its bytes, and the hint it is handed over with.

Every file must end as a workbook or as a `SourceError`, in bounded time and memory. What a file is meant to break is its
name; the sizes are chosen so that the weakness would be seen, not so that a test run takes long.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Final

SS = 'xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"'
ODS = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)
MIB: Final = 1024 * 1024


def spreadsheet(inner: str) -> bytes:
    return f'<?xml version="1.0"?><Workbook {SS}><Worksheet ss:Name="a"><Table>{inner}</Table></Worksheet></Workbook>'.encode()


def row(inner: str, attributes: str = "") -> str:
    return f"<Row{attributes}>{inner}</Row>"


def cell(text: str, attributes: str = "", kind: str = "String") -> str:
    return f'<Cell{attributes}><Data ss:Type="{kind}">{text}</Data></Cell>'


def fods(inner: str) -> bytes:
    return (
        f'<office:document {ODS}><office:body><office:spreadsheet><table:table table:name="a">{inner}</table:table>'
        "</office:spreadsheet></office:body></office:document>"
    ).encode()


def fods_cell(text: str, attributes: str = "") -> str:
    return f'<table:table-cell office:value-type="string"{attributes}><text:p>{text}</text:p></table:table-cell>'


def people(inner: str) -> bytes:
    return f"<people>{inner}</people>".encode()


def person(inner: str = "<id>1</id><email>a@b.example</email>") -> str:
    return f"<person>{inner}</person>"


def page(inner: str) -> bytes:
    return f"<html><body>{inner}</body></html>".encode()


def archive(inner: bytes, boundary: bytes = b"b") -> bytes:
    return b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="' + boundary + b'"\r\n\r\n' + inner


LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(10))
    + "]>"
)
TWO_ROWS = "<tr><td>id<td>email</tr><tr><td>1<td>a@b.example</tr>"

XML_FILES: Final[dict[str, Callable[[], bytes]]] = {
    # entities and document types
    "billion_laughs": lambda: (LAUGHS + "<people><p>&k;</p><p>&k;</p></people>").encode(),
    "quadratic_entity": lambda: (
        '<!DOCTYPE x [<!ENTITY a "' + "a" * MIB + '">]><x>' + "&a;" * 10_000 + "</x>"
    ).encode(),
    "external_entity": lambda: b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x><p>&a;</p><p>&a;</p></x>',
    "external_dtd": lambda: b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><x><p><a>1</a></p></x>',
    "parameter_entity": lambda: b'<!DOCTYPE x [<!ENTITY % a SYSTEM "http://127.0.0.1:9/"> %a;]><x/>',
    "attlist_injects_attributes": lambda: (
        b'<!DOCTYPE x [<!ATTLIST p role CDATA "admin">]><x><p id="1"/><p id="2"/></x>'
    ),
    "html_doctype_with_subset": lambda: (
        b'<!DOCTYPE html [<!ENTITY a "b">]><html><table><tr><td>&a;</td></tr></table></html>'
    ),
    "doctype_alone": lambda: b"<!DOCTYPE x>",
    "undeclared_entity": lambda: people(person("<id>&nbsp;</id>") * 2),
    "xinclude_and_stylesheet": lambda: (
        b'<?xml-stylesheet href="http://127.0.0.1:9/"?><x xmlns:xi="http://www.w3.org/2001/XInclude">'
        b'<p><xi:include href="/etc/passwd"/></p><p><xi:include href="/etc/passwd"/></p></x>'
    ),
    # size of one thing
    "deep_nesting": lambda: b"<a>" * 3_000_000,
    "deep_nesting_closed": lambda: b"<a>" * 200_000 + b"1" + b"</a>" * 200_000,
    "deep_nesting_in_spreadsheet": lambda: spreadsheet("<x>" * 500_000),
    "deep_nesting_in_cell": lambda: spreadsheet(row('<Cell><Data ss:Type="String">' + "<B>" * 500_000)),
    "deep_nesting_in_flat_ods": lambda: fods("<table:table-row-group>" * 300_000),
    "deep_nesting_in_paragraph": lambda: fods("<table:table-row><table:table-cell><text:p>" + "<text:span>" * 300_000),
    "attribute_of_8_mb": lambda: b'<x><p a="' + b"a" * (8 * MIB) + b'"/><p a="1"/></x>',
    "attribute_of_8_mb_not_closed": lambda: b'<x><p a="' + b"a" * (8 * MIB),
    "comment_of_8_mb": lambda: b"<x><!--" + b"-a" * (4 * MIB) + b"--><p/></x>",
    "instruction_of_8_mb": lambda: b"<x><?a " + b"a" * (8 * MIB) + b"?></x>",
    "tag_of_8_mb": lambda: b"<" + b"a" * (8 * MIB),
    "cdata_of_8_mb_not_closed": lambda: b"<x><p><![CDATA[" + b"]" * (8 * MIB),
    "text_of_8_mb": lambda: people(person("<id>" + "1" * (8 * MIB) + "</id>") + person()),
    "many_attributes": lambda: ("<x><p " + " ".join(f'a{i}="1"' for i in range(60_000)) + "/></x>").encode(),
    "many_names": lambda: people(person("".join(f"<f{i}>1</f{i}>" for i in range(300_000)))),
    "many_names_one_each": lambda: people("".join(person(f"<f{i}>1</f{i}>") for i in range(100_000))),
    "many_namespaces": lambda: ("<x " + " ".join(f'xmlns:n{i}="u{i}"' for i in range(50_000)) + "><p/></x>").encode(),
    "name_of_control_escapes": lambda: people(person("<_x0000__xD800__x000A_>1</_x0000__xD800__x000A_>") * 2),
    # amplification
    "sparse_records": lambda: people("".join(person(f"<f{i % 500}>1</f{i % 500}>") for i in range(250_000))),
    "record_with_100000_children": lambda: people(person("<t><a>1</a></t>" * 100_000) + person()),
    "record_with_100000_qualifiers": lambda: people(
        person("".join(f'<field name="n{i}">1</field>' for i in range(100_000))) + person()
    ),
    "repeats_within_repeats": lambda: people(person(("<a>" + "<b><c>1</c></b>" * 100 + "</a>") * 100) * 20),
    "inherited_text": lambda: (
        "<x>"
        + (
            "<group><name>"
            + "n" * 900_000
            + "</name>"
            + person("<id>1</id><email>a@b.example</email>") * 5000
            + "</group>"
        )
        * 2
        + "</x>"
    ).encode(),
    "mixed_content_everywhere": lambda: people(("<person>a<b/>c<!-- -->d<b/></person>") * 60_000),
    "many_lists": lambda: (
        "<x>" + "".join(f"<l{i}><p><a>1</a></p><p><a>1</a></p></l{i}>" for i in range(2000)) + "</x>"
    ).encode(),
    "roots_200000": lambda: b'<row id="1"/>' * 200_000,
    "values_outside_lists": lambda: b"<x>" + b"<m><n>1</n></m>" * 2 + b"<o/>" * 300_000 + b"</x>",
    # positions of spreadsheets
    "far_row_and_column": lambda: spreadsheet(
        row(cell("a")) + row(cell("b", ' ss:Index="16384"'), ' ss:Index="1048576"')
    ),
    "far_corners_many": lambda: spreadsheet(
        "".join(row(cell("a") + cell("b", ' ss:Index="16384"')) for _ in range(20_000))
    ),
    "index_over_the_sheet": lambda: spreadsheet(row(cell("a", ' ss:Index="16385"'))),
    "index_of_1000_digits": lambda: spreadsheet(row(cell("a", f' ss:Index="{"9" * 1000}"'))),
    "index_negative": lambda: spreadsheet(row(cell("a", ' ss:Index="-1"'))),
    "index_other_digits": lambda: spreadsheet(row(cell("a", ' ss:Index="٣"'))),
    "index_zero": lambda: spreadsheet(row(cell("a", ' ss:Index="0"'))),
    "merge_across_huge": lambda: spreadsheet(row((cell("a", f' ss:MergeAcross="{2**60}"') + cell("b")) * 3)),
    "merge_down_huge": lambda: spreadsheet(row(cell("a", f' ss:MergeDown="{2**60}"')) * 3),
    "row_span_huge": lambda: spreadsheet(row(cell("a"), f' ss:Span="{2**60}"') + row(cell("b"))),
    "column_span_huge": lambda: spreadsheet(f'<Column ss:Span="{2**60}" ss:StyleID="x"/>' * 1000 + row(cell("a"))),
    "more_cells_than_columns": lambda: spreadsheet(row(cell("a") * 20_000)),
    "empty_cells_beyond_columns": lambda: spreadsheet(row("<Cell/>" * 400_000 + cell("a"))),
    "empty_rows": lambda: spreadsheet('<Row ss:StyleID="s"><Cell/></Row>' * 200_000 + row(cell("a"))),
    "rows_over_the_sheet": lambda: spreadsheet("<Row/>" * 1_048_580),
    "sheets_20000": lambda: (f"<Workbook {SS}>" + '<Worksheet ss:Name="a"/>' * 20_000 + "</Workbook>").encode(),
    "styles_300000": lambda: (
        f"<Workbook {SS}><Styles>"
        + "".join(f'<Style ss:ID="s{i}"><NumberFormat ss:Format="000"/></Style>' for i in range(100_000))
        + '</Styles><Worksheet ss:Name="a"><Table><Row><Cell ss:StyleID="s1"><Data ss:Type="Number">1</Data></Cell>'
        "</Row></Table></Worksheet></Workbook>"
    ).encode(),
    "mask_of_100000_zeros": lambda: (
        f'<Workbook {SS}><Styles><Style ss:ID="s"><NumberFormat ss:Format="{"0" * 100_000}"/></Style></Styles>'
        '<Worksheet ss:Name="a"><Table>'
        + '<Row><Cell ss:StyleID="s"><Data ss:Type="Number">1</Data></Cell></Row>' * 10_000
        + "</Table></Worksheet></Workbook>"
    ).encode(),
    "numbers_beyond_floats": lambda: spreadsheet(
        "".join(
            row(cell(text, kind="Number"))
            for text in ("1e999999999", "-1E-999999999", "9" * 30_000, "NaN", "INF", "1_0")
        )
    ),
    "dates_that_are_none": lambda: spreadsheet(
        "".join(
            row(cell(text, kind="DateTime")) for text in ("", "T", "9999999-99-99T99:99:99", "1899-12-31T25:00:00.000Z")
        )
    ),
    "tables_not_closed": lambda: (f"<Workbook {SS}><Worksheet>" + "<Table ss:A='1'>" * 300_000).encode(),
    "regular_rows_that_end_wrong": lambda: spreadsheet(row(cell("a")) * 100_000 + "<Row><Cell><Data>a</Data></Row>"),
    "regular_rows_out_of_the_sheet": lambda: spreadsheet(
        row(cell("a"), ' ss:Index="1048000"') + row(cell("a")) * 20_000
    ),
    "regular_rows_of_many_words": lambda: spreadsheet(
        "".join(row(cell("a", f' ss:StyleID="s{n}"')) for n in range(60_000))
    ),
    "regular_words_of_a_megabyte": lambda: spreadsheet(row(cell("a", " " * MIB) + cell("b")) * 20),
    "style_is_its_own_parent": lambda: (
        f'<Workbook {SS}><Styles><Style ss:ID="a" ss:Parent="b"/><Style ss:ID="b" ss:Parent="a"/></Styles>'
        '<Worksheet ss:Name="a"><Table><Row><Cell ss:StyleID="a"><Data ss:Type="Number">1</Data></Cell></Row></Table>'
        "</Worksheet></Workbook>"
    ).encode(),
    "styles_show_what_is_no_date": lambda: (
        f'<Workbook {SS}><Styles><Style ss:ID="d"><NumberFormat ss:Format="Short Date"/></Style>'
        '<Style ss:ID="h"><NumberFormat ss:Format="[h]:mm"/></Style></Styles><Worksheet ss:Name="a"><Table>'
        + "".join(
            row(cell(text, f' ss:StyleID="{style}"', kind))
            for style in "dh"
            for kind in ("Number", "DateTime")
            for text in ("1e308", "-1e308", "NaN", "INF", "9" * 4000, "0001-01-01T00:00:00", "10000-01-01T00:00:00")
        )
        + "</Table></Worksheet></Workbook>"
    ).encode(),
    "column_styles_of_everything": lambda: (
        f'<Workbook {SS}><Styles><Style ss:ID="d"><NumberFormat ss:Format="Short Date"/></Style></Styles>'
        '<Worksheet ss:Name="a"><Table>'
        + '<Column ss:StyleID="d" ss:Span="16383"/>' * 3000
        + '<Row><Cell><Data ss:Type="Number">1</Data></Cell></Row></Table></Worksheet></Workbook>'
    ).encode(),
    "instructions_3000000": lambda: b"<x>" + b"<?a?>" * 3_000_000 + b"<p><a>1</a></p></x>",
    "cdata_1000000": lambda: b"<x><p><a>" + b"<![CDATA[x]]>" * 1_000_000 + b"</a></p><p><a>1</a></p></x>",
    "ampersands_1500000": lambda: b"<x>" + b"<p><a>&&&&&a</a></p>" * 300_000 + b"</x>",
    "declared_ebcdic": lambda: '<?xml version="1.0" encoding="cp037"?><x><p><a>1</a></p></x>'.encode("cp037"),
    "workbook_without_anything": lambda: f"<Workbook {SS}/>".encode(),
    "flat_ods_repeats_filled": lambda: fods(
        '<table:table-row table:number-rows-repeated="1048576">'
        + fods_cell("a", ' table:number-columns-repeated="16384"')
        + "</table:table-row>"
    ),
    "flat_ods_repeats_empty": lambda: fods(
        f'<table:table-row table:number-rows-repeated="{10**17}"><table:table-cell '
        f'table:number-columns-repeated="{10**17}"/></table:table-row>'
        * 3
        + "<table:table-row>"
        + fods_cell("a")
        + "</table:table-row>"
    ),
    "flat_ods_repeats_invalid": lambda: fods(
        '<table:table-row table:number-rows-repeated="-5">' + fods_cell("a") + "</table:table-row>"
    ),
    "flat_ods_blanks": lambda: fods(
        "<table:table-row>" + fods_cell(f'<text:s text:c="{10**9}"/>' * 2000) + "</table:table-row>"
    ),
    "flat_ods_that_is_a_text": lambda: (
        f"<office:document {ODS}><office:body><office:text/></office:body></office:document>".encode()
    ),
    # bytes
    "nothing_but_a_tag": lambda: b"<",
    "nulls": lambda: b"<x>" + b"\0" * MIB + b"</x>",
    "control_characters_everywhere": lambda: people(person("<id>\x01\x02</id>") * 100_000),
    "control_references_everywhere": lambda: people(person("<id>&#1;&#x1F;&#55357;&#56832;</id>") * 60_000),
    "references_out_of_range": lambda: people(person("<id>&#99999999999999999999;&#xFFFFFFFF;&#0;</id>") * 2),
    "cdata_and_references": lambda: b"<x>" + b"<![CDATA[&#1;" * 200_000 + b"</x>",
    "not_utf8": lambda: people(person()).replace(b"a@b", b"\xff\xfe\xfd"),
    "utf16_odd": lambda: "<x><p><a>1</a></p></x>".encode("utf-16")[:-1],
    "utf16_lone_surrogate": lambda: (
        b"\xff\xfe" + "<x><p>".encode("utf-16-le") + b"\x00\xd8" + "</p><p/></x>".encode("utf-16-le")
    ),
    "utf32": lambda: ("<x>" + person() * 2 + "</x>").encode("utf-32"),
    "utf7_declared": lambda: b'<?xml version="1.0" encoding="UTF-7"?><x>+ADw-p+AD4-</x>',
    "codec_that_is_none": lambda: b'<?xml version="1.0" encoding="zlib"?><x/>',
    "codec_unknown": lambda: b'<?xml version="1.0" encoding="klingon"?><x><p><a>1</a></p></x>',
    "declaration_of_1_mb": lambda: b"<?xml " + b" " * MIB + b'version="1.0"?><x><p><a>1</a></p></x>',
    "junk_after_root": lambda: people(person()) + b"\x00\x01junk" * 1000,
    "closing_tags_only": lambda: b"</a>" * 100_000,
    "wrapper_closed_from_within": lambda: b"<a/></several-roots><b/>",
    "wrapper_as_a_record": lambda: b"<several-roots><a>1</a></several-roots><several-roots><a>2</a></several-roots>",
}

HTML_FILES: Final[dict[str, Callable[[], bytes]]] = {
    "spans_huge": lambda: page("<table>" + "<tr><td rowspan=99999999 colspan=99999999>a" * 5000 + "</table>"),
    "rowspans_across": lambda: page(
        "<table><tr>" + "<td rowspan=65534>a" * 16_000 + "<tr><td>b" * 200_000 + "</table>"
    ),
    "rowspans_of_all_lengths": lambda: page(
        "<table><tr>" + "".join(f"<td rowspan={n}>a" for n in range(2, 16_000)) + "<tr><td>b" * 50_000 + "</table>"
    ),
    "columns_1000000": lambda: page("<table><tr>" + "<td>a" * 1_000_000 + "</table>"),
    "tables_nested_20000": lambda: page("<table><tr><td>" * 20_000),
    "tables_20000": lambda: page(("<table>" + TWO_ROWS + "</table>") * 20_000),
    "rows_300000": lambda: page("<table>" + "<tr><td>1" * 300_000),
    "tags_not_closed": lambda: page("<table>" + TWO_ROWS + "<a " * 500_000),
    "quotes_not_closed": lambda: page("<table>" + TWO_ROWS + "<a b=\"'" * 300_000),
    "quotes_and_ends": lambda: page("<table>" + TWO_ROWS + "<a '\">" * 300_000),
    "attribute_spaces": lambda: page("<table><tr><td " + "a  " * 300_000 + ">1<td>2</table>"),
    "comments_not_closed": lambda: page("<table>" + TWO_ROWS + "<!--" * 500_000),
    "scripts_not_closed": lambda: page("<table>" + TWO_ROWS + "<script>" * 300_000),
    "references": lambda: page("<table>" + "<tr><td>" + "&#99999999999;&amp" * 100_000 + "<td>b</table>"),
    "cell_of_8_mb": lambda: page("<table><tr><td>" + "a" * (8 * MIB) + "<td>b</table>"),
    "breaks": lambda: page("<table><tr><td>" + "<br>\n <p>" * 300_000 + "<td>b</table>"),
    "headings": lambda: page("<h1>" * 300_000 + "<table>" + TWO_ROWS + "</table>"),
    "folds": lambda: page("<table><tr><td>" + " \n" * 1_000_000 + "x<td>b</table>"),
    "office_names": lambda: page(
        "<!--" + "<x:ExcelWorksheet><x:Name>a</x:Name>" * 100_000 + "--><table>" + TWO_ROWS + "</table>"
    ),
    "divisions_2000000": lambda: page("<div>" * 2_000_000 + "<table>" + TWO_ROWS),
    "tags_in_a_cell_1500000": lambda: page("<table><tr><td>" + "<b>x</b>" * 1_500_000 + "<td>b</table>"),
    "nuls_5000000": lambda: page("<table><tr><td>" + "\0" * 5_000_000 + "<td>b</table>"),
    "name_of_a_character_of_4_mb": lambda: page("<table><tr><td>&" + "a" * 4_000_000 + ";<td>b</table>"),
    "nothing": lambda: b"",
    "less_than_signs": lambda: page("<table>" + TWO_ROWS + "<" * 1_000_000),
}

MHTML_FILES: Final[dict[str, Callable[[], bytes]]] = {
    "no_parts": lambda: archive(b""),
    "nested_5000": lambda: b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\nMIME-Version: 1.0\r\n\r\n--b%d\r\n' % (i, i)
        for i in range(5000)
    ),
    "parts_100000": lambda: archive(b"--b\r\nContent-Type: text/html\r\n\r\n<p>\r\n" * 100_000),
    "boundary_within_itself": lambda: archive(b'--b\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n' * 20_000),
    "boundaries_that_begin_alike": lambda: archive(b"--b\r\n--bb\r\n--bbb\r\n" * 100_000),
    "header_folded_500000_times": lambda: (
        b"MIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n"
        + b" a=b;\r\n" * 500_000
        + b" boundary=b\r\n\r\n--b\r\n"
    ),
    "messages_in_messages": lambda: archive(b"--b\r\n" + b"Content-Type: message/rfc822\r\n\r\n" * 3_000),
    "empty_boundary": lambda: archive(b"--\r\n" * 100_000, b""),
    "broken_base64": lambda: archive(
        b"--b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!A"
    ),
    "page_in_base64": lambda: archive(
        b"--b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.b64encode(page("<table>" + TWO_ROWS + "</table>"))
        + b"\r\n--b--"
    ),
    "headers_100000": lambda: b"MIME-Version: 1.0\r\n" + b"X: y\r\n" * 100_000 + b"Content-Type: text/html\r\n\r\n<p>",
    "header_that_cannot_be": lambda: archive(
        b"--b\r\nContent-Type: text/html; charset*0*=%ff''\xff; x*=y''%\r\n\r\n<p>"
    ),
    "charset_that_is_none": lambda: archive(
        b"--b\r\nContent-Type: text/html; charset=utf-7\r\n\r\n<table>" + TWO_ROWS.encode()
    ),
}

#: name → (format handed over, bytes)
FILES: Final[dict[str, tuple[str, Callable[[], bytes]]]] = {
    **{f"xml_{name}": ("xml", make) for name, make in XML_FILES.items()},
    **{f"html_{name}": ("html", make) for name, make in HTML_FILES.items()},
    **{f"mhtml_{name}": ("mhtml", make) for name, make in MHTML_FILES.items()},
}
