"""One real example for every issue code and every error code: literal snippets, run for real when the page is made.

A snippet is an expression over the helpers below. It gives a value with ``issues``, or `Issues`, or raises. Which codes it provokes is found
by running it; one snippet may stand for several codes. ``make_codes.py`` makes docs/codes.md of them, and a test holds the page to what
they give and to the catalogue, so that no code is without one.
"""

from __future__ import annotations

import dataclasses
import gzip
import io
import zipfile
from pathlib import Path
from typing import Any, Final

import qooper_ingest as qi
from qooper_ingest.testing import apply, apply_with_receipt

__all__ = ["SNIPPETS", "provoked"]


def plan_of(file: str | bytes, people: Any = (), fields: Any = (), **policy: Any) -> qi.Plan:
    """Plan a file with two IDs, an address and the given questions; ``policy``: options of the run."""
    directory = (
        people
        if isinstance(people, qi.Directory)
        else qi.Directory.of(list(people), schema=qi.Schema.participants(*fields))
    )
    data = file.encode() if isinstance(file, str) else file
    choices = qi.Choices(policy=qi.Policy(**policy))
    return qi.plan_import(data, schema=qi.Schema.participants(*fields), directory=directory, choices=choices)


def answers(field: dict[str, Any], *cells: str) -> qi.Records:
    """Type the answers of one question, mapped by hand."""
    schema = qi.Schema.participants(qi.Field(key="answer", **field))
    table = (
        qi.Workbook.of_rows([["Email", "Answer"], *([f"p{n}@corp.example", cell] for n, cell in enumerate(cells))])
        .sheet()
        .table(header_row=1)
    )
    return qi.apply_mapping(
        table, qi.ColumnMapping.of(table, {"email": 0, "answer": 1}, separator=field.pop("separator", None)), schema
    )


def person(ref: str, id: str | None = None, email: str | None = None, **more: Any) -> dict[str, Any]:  # noqa: A002
    """A stored person."""
    return {"ref": ref, "id": id, "email": email, **more}


def everybody(count: int) -> list[dict[str, Any]]:
    """That many stored people."""
    return [person(f"u{n}", f"E{n}", f"e{n}@corp.example") for n in range(count)]


def listed(*numbers: int, cell: str = "") -> str:
    """A file that names those of them."""
    return "Employee ID,Email\n" + "".join(f"E{n},e{n}@corp.example\n" for n in numbers) + cell


_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def book(rows: str, *, styles: str = "", sheets: str = "", more: str = "") -> bytes:
    """A small workbook (xlsx) around the XML of its rows."""
    rel = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    parts = {
        "_rels/.rels": f'{rel}<Relationship Id="r1" Type="{_REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {_MAIN} xmlns:r="{_REL}"><sheets><sheet name="People" sheetId="1" r:id="r1"/>{sheets}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": (
            f'{rel}<Relationship Id="r1" Type="{_REL}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="r2" Type="{_REL}/styles" Target="styles.xml"/>'
            f'<Relationship Id="r3" Type="{_REL}/chartsheet" Target="chart.xml"/></Relationships>'
        ),
        "xl/styles.xml": styles or f"<styleSheet {_MAIN}/>",
        "xl/worksheets/sheet1.xml": f"<worksheet {_MAIN}><sheetData>{rows}</sheetData>{more}</worksheet>",
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    }
    return packed(**parts)


def packed(**parts: Any) -> bytes:
    """A zip archive."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def read(data: Any, *, name: str | None = None, **options: Any) -> Any:
    """Read a file, all of its cells; what was found of the file and of its first sheet."""
    source = (
        data if isinstance(data, Path) else qi.Source.of(data.encode() if isinstance(data, str) else data, name=name)
    )
    workbook = qi.read_workbook(source, **options)
    return workbook.issues + workbook.sheet().issues


def table(data: Any) -> Any:
    """Read a file and take its labels off, where they are proposed."""
    proposal = qi.propose(data.encode() if isinstance(data, str) else data, schema=qi.Schema.participants())
    return proposal.issues + proposal.table.issues


def numbered(first: str, second: str, *rows: tuple[int, str]) -> str:
    """The XML of rows: two labels, then a number and a text each."""

    def text(place: str, value: str) -> str:
        return f'<c r="{place}" t="str"><v>{value}</v></c>'

    lines = [f'<row r="1">{text("A1", first)}{text("B1", second)}</row>']
    for at, (number, value) in enumerate(rows, start=2):
        lines.append(f'<row r="{at}"><c r="A{at}"><v>{number}</v></c>{text(f"B{at}", value)}</row>')
    return "".join(lines)


def without(data: bytes, part: str) -> bytes:
    """The same archive without one of its parts."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return packed(**{name: archive.read(name) for name in archive.namelist() if name != part})


def locked(data: bytes) -> bytes:
    """The same archive, said to be encrypted."""
    local, central = data.index(b"PK\x03\x04") + 6, data.index(b"PK\x01\x02") + 8
    changed = bytearray(data)
    changed[local] |= 1
    changed[central] |= 1
    return bytes(changed)


def methodless(name: str) -> bytes:
    """An archive that is packed in a way that nobody knows."""
    data = bytearray(packed(**{name: "id;email"}))
    for at in (data.index(b"PK\x03\x04") + 8, data.index(b"PK\x01\x02") + 10):
        data[at : at + 2] = (77).to_bytes(2, "little")
    return bytes(data)


def repeating() -> bytes:
    """A workbook with two parts of one name."""
    other = "xl/worksheets/sheet9.xml"
    data = without(book(""), "no such part")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
    return packed(**parts, **{other: "x"}).replace(other.encode(), b"xl/worksheets/sheet1.xml")


def mapped(data: bytes, columns: dict[str, Any]) -> qi.ColumnMapping:
    """A mapping that a person has decided."""
    return qi.ColumnMapping.of(qi.read_workbook(data).sheet().table(header_row=1), columns)


def mapped_table(data: bytes, columns: dict[str, Any]) -> tuple[qi.Table, qi.ColumnMapping]:
    """The same with its table."""
    return qi.read_workbook(data).sheet().table(header_row=1), mapped(data, columns)


def bound_twice(data: bytes) -> tuple[qi.Table, qi.ColumnMapping]:
    """A mapping that binds the address to two columns."""
    table_, mapping = mapped_table(data, {"email": 0})
    other = qi.Binding(field="email", column=1, label="Mail")
    return table_, mapping.model_copy(update={"bindings": (*mapping.bindings, other)})


def dated(text: str, *numbers: int) -> bytes:
    """A workbook with one date as text among stored ones."""
    cells = [
        f'<c r="B2" t="str"><v>{text}</v></c>',
        *(f'<c r="B{n}" s="1"><v>{value}</v></c>' for n, value in enumerate(numbers, 3)),
    ]
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" t="str"><v>p{n}@corp.example</v></c>{cell}</row>' for n, cell in enumerate(cells, 2)
    )
    styles = f'<styleSheet {_MAIN}><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
    head = '<row r="1"><c r="A1" t="str"><v>Email</v></c><c r="B1" t="str"><v>Start</v></c></row>'
    return book(head + rows, styles=styles)


ANN: Final = person("u1", "A1", "ann@corp.example", first_name="Ann", last_name="Lee")
TOM: Final = person("u2", "B2", "tom@corp.example", first_name="Tom", last_name="Orr")
SKILLS: Final = qi.Field(key="skills", label="Skills", type="multi_select", options=["SQL", "Go"])

#: Snippets in the order in which the page prefers them: of several that provoke a code the shortest is shown.
SNIPPETS: Final[tuple[str, ...]] = (
    # -- addresses and IDs of the file -----------------------------------------------------------------------------
    r'plan_of("Employee ID,Email\nA1,\n")',
    r'plan_of("Employee ID,Email\nA1,ann@corp\n")',
    r'plan_of("Employee ID,Email\nA1, ann@corp.example\u200b\n")',
    r'plan_of("Employee ID,Email\nA1,an\u200bn@corp.example\n")',
    r'plan_of("Employee ID,Email\nA1,ａnn@corp.example\n")',
    r'plan_of("Employee ID,Email\nA1,josé@corp.example\n")',
    r'plan_of("Employee ID,Email\nA1,bo_mail.example#EXT#@corp.example\n")',
    r'plan_of("Employee ID,Email\nA1,ann@corp.example\nA2,ann+list@corp.example\n")',
    r'plan_of("Employee ID,Email\nA1,аnn@corp.example\n", [person("u1", "X1", "ann@corp.example")])',
    r'plan_of("Employee ID,Email\nA1,Ann@Corp.example\n", [ANN])',
    r'plan_of("Employee ID,Email\n A1\u200b,ann@corp.example\n")',
    r'plan_of("Employee ID,Email\nA\u200b1,ann@corp.example\n")',
    r'plan_of("Employee ID,Email\nА1,ann@corp.example\nB2,bob@corp.example\n")',
    r'plan_of("Employee ID,Email\n1.23E+12,ann@corp.example\nB2,bob@corp.example\n")',
    r'plan_of("Employee ID,Email\n123.0,ann@corp.example\nB2,bob@corp.example\n")',
    r'plan_of("Employee ID,Email\nn/a,ann@corp.example\nB2,bob@corp.example\n")',
    r'plan_of("Employee ID,Email\nann@corp.example,ann@corp.example\nB2,bob@corp.example\n")',
    r'plan_of("Employee ID,Email\n42,ann@corp.example\n", id_zero_pad=5)',
    r'plan_of("Employee ID,Email\nA1,ann@corp.example\n,bob@corp.example\n")',
    r'plan_of("Employee ID,Email\nA1,ann@corp.example\n,bob@corp.example\n", [person("u2", None, "bob@corp.example")])',
    r'plan_of("Employee ID,Email\nA1,ann@corp.example\n,bob@corp.example\n", require_id=True)',
    r'plan_of("Employee ID,Email\n" + "".join(f"A{n:03},p{n}@corp.example\n" for n in range(40)) + "2024-05-01,ann@corp.example\n")',
    # -- rows against each other -----------------------------------------------------------------------------------
    r'plan_of("Employee ID,Email\nA1,ann@corp.example\nA1,ann@corp.example\n")',
    r'plan_of("Employee ID,Email\nA1,ann@corp.example\nA1,ann.lee@corp.example\n")',
    r'plan_of("Employee ID,Email\nA1,ann@corp.example\nA2,ann@corp.example\n")',
    r'plan_of("Employee ID,Email\nA1,x@corp.example\n,ann@corp.example\n", [ANN])',
    # -- rows against people ---------------------------------------------------------------------------------------
    r'plan_of("Employee ID,Email\na1,new@corp.example\n", [ANN])',
    r'plan_of("Employee ID,Email\na1,ann@corp.example\n", [ANN], id_case="ascii_insensitive")',
    r'plan_of("Employee ID,Email\n42,new@corp.example\n", [person("u1", "0042", "ann@corp.example")])',
    r'plan_of("Employee ID,Email\nC3,ann@corp.example\n", [ANN])',
    r'plan_of("Employee ID,Email\nC3,ann@corp.example\n", [person("u1", None, "ann@corp.example")])',
    r'plan_of("Employee ID,Email\nC3,ann@corp.example\n", [person("u1", None, "ann@corp.example")], allow_id_link=False)',
    r'plan_of("Employee ID,Email,Last name\nC3,ann@corp.example,Lee\n", [person("u1", None, "ann@corp.example", last_name="Lee")])',
    r'plan_of("Employee ID,Email\nA1,tom@corp.example\n", [ANN, person("u2", None, "tom@corp.example")])',
    r'plan_of("Employee ID,Email,First name,Last name\nA1,tom@corp.example,Tom,Orr\n", [ANN, TOM])',
    r'plan_of("Employee ID,Email\nA1,tom@corp.example\nB2,tom.orr@corp.example\n", [ANN, TOM])',
    r'plan_of("Employee ID,Email\nA1,tom@corp.example\nB2,\n", [ANN, TOM])',
    r'plan_of("Employee ID,Email\nA1,tom@corp.example\nB2,tom.orr@corp\n", [ANN, TOM])',
    r'plan_of("Employee ID,Email\nA1,tom@corp.example\nB2,ann@corp.example\n", [ANN, TOM])',
    r'plan_of("Employee ID,Email\nA1,new@corp.example\n", [ANN], allow_email_change=False)',
    r'plan_of("Employee ID,Email,First name,Last name\nA1,new@corp.example,Zoe,Day\n", [ANN])',
    r'plan_of("Email,First name,Last name\nann@corp.example,Zoe,Day\n", [ANN])',
    r'plan_of("Employee ID,Email,First name,Last name\nA1,new@corp.example,Maria,Ray\n", [person("u1", "A1", "m@corp.example", first_name="Maria", last_name="Moe")])',
    r'plan_of("Employee ID,Email\nA1,ann@corp.example\n", [ANN], mode="create_only")',
    r'plan_of("Employee ID,Email\nA9,eve@corp.example\n", [ANN], mode="update_only")',
    r'plan_of("Employee ID,Email\nA1,new@corp.example\n", [person("u1", "A1", "ann@corp.example", protected=True)])',
    r'plan_of("Email\nann@corp.example\n", [ANN, person("u2", "B2", "ANN@corp.example")])',
    r'plan_of("Employee ID,Email\nA1,new@corp.example\n", [ANN, person("u2", "A1", "tom@corp.example")])',
    r'plan_of("Employee ID,Email\n7,new@corp.example\n", qi.Directory.of([{"ref": "u1", "id": 7, "email": "ann@corp.example"}, {"ref": "u2", "id": 42, "email": "tom@corp.example"}]))',
    r'plan_of("Employee ID,Email\n0042,new@corp.example\n0043,x@corp.example\n", qi.Directory.of([{"ref": "u1", "id": 42, "email": "ann@corp.example"}]))',
    r'plan_of("Employee ID,Email,Status\nZ1,zoe@corp.example,suspended\n", [ANN])',
    r'plan_of("Employee ID,Email,Status\nZ1,zoe@corp.example,suspended\n", [ANN], create_suspended=True)',
    r'plan_of("Employee ID,Email,Status\nA1,ann@corp.example,on leave of absence\nB2,tom@corp.example,active\n", [ANN, TOM])',
    r'plan_of("Employee ID,Email,Status\nA1,ann@corp.example,suspended\n", [ANN], allow_status_change=False)',
    r'plan_of("Employee ID,Email,Status\nA1,ann@corp.example,suspended\n", [person("u1", "A1", "ann@corp.example", status_locked=True)])',
    r'plan_of("Employee ID,Email,Status\nA1,ann@corp.example,active\n", [person("u1", "A1", "ann@corp.example", status="suspended")])',
    r'plan_of("Employee ID,Email\nA1,ann@corp.example\n", [person("u1", "A1", "ann@corp.example", status="suspended")])',
    r'plan_of("Employee ID,Email\nC3,sue@corp.example\n", [person("u1", "B2", "sue@corp.example", status="suspended")])',
    r'plan_of("Employee ID,Email\nC3,sue@corp.example\n", [person("u1", "B2", "sue@corp.example", status="deleted")])',
    r'plan_of("Employee ID,Email\nC3,sue@corp.example\n", [person("u1", "B2", "sue@corp.example", status="deleted")], deleted_email="reusable")',
    r'plan_of("Employee ID,Email\nB2,sue@corp.example\n", [person("u1", "B2", "old@corp.example", status="deleted")])',
    r'plan_of("Email,New email\nann@corp.example,tom@corp.example\n", [ANN, TOM])',
    r'plan_of("Email,New email\nnobody@corp.example,new@corp.example\n", [ANN])',
    r'plan_of("Employee ID,Email,New email\nA1,old@corp.example,ann@corp.example\n", [ANN])',
    r'plan_of("Employee ID,Email\nA1,x@corp.example\n", [person("u1", "B2", "ann@corp.example"), person("u2", "A1", "tom@corp.example")], key="email")',
    r'plan_of("Employee ID,Email\nB2,ann@corp.example\n", [person("u1", None, "ann@corp.example"), person("u2", "B2", "tom@corp.example")], key="email")',
    r'plan_of("Email\nann@corp.example\n", [person("u1", "A1", "ann@corp.example", roles=["mentor"])], role="mentee")',
    r'plan_of("Email\nann@corp.example\n", [person("u1", "A1", "ann@corp.example", roles=["mentor"])], role="mentee", on_other_role="add")',
    r'plan_of("Employee ID,Email\nE9,tom@corp.example\n", [person("u2", None, "tom@corp.example", sso_subject="E2")])',
    r'plan_of("Employee ID,Email\ne2,tom@corp.example\n", [person("u2", None, "tom@corp.example", sso_subject="E2")])',
    r'plan_of("Employee ID,Email\nE2,eve@corp.example\n", [person("u2", None, "tom@corp.example", sso_subject="E2")])',
    r'plan_of("Employee ID,Email\nA1,new@corp.example\n", [person("u1", "A1", "ann@corp.example", sso_subject="ann@corp.example")], sso_subject_is="email")',
    r'plan_of(listed(*range(15)), qi.Directory.of(everybody(3), complete=False, asked=frozenset({"ids"})))',
    # -- the file as a whole ---------------------------------------------------------------------------------------
    r'plan_of("Employee ID,Email\n" + "".join(f"E{n},new{n}@corp.example\n" for n in range(15)), everybody(15))',
    r'plan_of("Employee ID,Email,Status\n" + "".join(f"E{n},e{n}@corp.example,suspended\n" for n in range(15)), everybody(15))',
    r'plan_of("Employee ID,Email\n" + "".join(f"N{n},n{n}@corp.example\n" for n in range(15)), everybody(3), thresholds=qi.Thresholds(min_match_pct=50))',
    r'plan_of("Employee ID,Email\n" + "".join(f"E{n},e{(n + 1) % 15}@corp.example\n" for n in range(15)), everybody(15))',
    r'plan_of("Employee ID,Email\n" + "".join(f"E{n},e{(n * 7) % 15}@corp.example\n" for n in range(15)), everybody(15))',
    r'plan_of(listed(*range(15)), everybody(16), full_snapshot=True, absent="report")',
    r'plan_of(listed(*range(10)), everybody(16), full_snapshot=True, absent="suspend")',
    r'plan_of("Employee ID,Email\nE1,nobody\n", everybody(16), full_snapshot=True, absent="suspend")',
    r'plan_of(listed(*range(27), cell="\nEmail,Number\n" + "".join(f"e{n}@corp.example,E{n}\n" for n in range(27, 30))), everybody(30), full_snapshot=True, absent="suspend")',
    r'plan_of("User ID,Last name,E-Mail,Department\na7,Berg,Anna,anna@corp.example,HR\nb9,Ito,Tom,tom@corp.example,IT\n")',
    # -- decisions, corrections, undo ------------------------------------------------------------------------------
    r'plan_of("Employee ID,Email\nC3,ann@corp.example\n", [ANN], decisions=(qi.Decision(row=2, answer="skip"),))',
    r'plan_of("Employee ID,Email\nC3,ann@corp.example\n", [ANN], decisions=(qi.Decision(row=2, answer="use_id", ref="u9"),))',
    r'plan_of("Employee ID,Email\nA1,ann@corp.example\n", [ANN], decisions=(qi.Decision(row=99, answer="skip"),))',
    r'qi.propose(b"Email\nann@corp\n", schema=qi.Schema.participants(), choices=qi.Choices(corrections=(qi.CellCorrection(row=2, column="A", was="ann@corp", value="ann@corp.example"),)))',
    r'qi.propose(b"Email\nann@corp\n", schema=qi.Schema.participants(), choices=qi.Choices(corrections=(qi.CellCorrection(row=2, column="A", was="bob@corp", value="ann@corp.example"),)))',
    r'(lambda plan: plan.inverse(plan.receipt()))(plan_of("Employee ID,Email\nA1,ann@corp.example\n"))',
    r'(lambda plan: plan.inverse(plan.receipt(refused={2: "answer_changed"})))(plan_of("Employee ID,Email\nA1,new@corp.example\n", [ANN]))',
    r'(lambda plan, people: (lambda after, receipt: (lambda inverse: inverse.inverse(apply_with_receipt(inverse, after)[1]))(plan.inverse(receipt, created="retire")))(*apply_with_receipt(plan, people)))(plan_of("Employee ID,Email\nA1,ann@corp.example\n"), qi.Directory.of([]))',
    # -- answers ---------------------------------------------------------------------------------------------------
    r'answers({"type": "number"}, "1.234", "5.678")',
    r'answers({"type": "number"}, "many", "3")',
    r'answers({"type": "number"}, "12 %", "3 %")',
    r'answers({"type": "number"}, "12345678901234567890", "3")',
    r'answers({"type": "number"}, "12 km", "3 km")',
    r'answers({"type": "number"}, "12 km", "3 km", "4 kg")',
    r'answers({"type": "date"}, "01/02/2024", "03/04/2024")',
    r'answers({"type": "date"}, "31.02.2024", "01.02.2024")',
    r'answers({"type": "date"}, "2024-05-01 10:30", "2024-05-02 11:00")',
    r'answers({"type": "date"}, "01.02.24", "13.02.24")',
    r'answers({"type": "date"}, "01.02.9024", "13.02.2024")',
    r'answers({"type": "date"}, "45000", "45001", "45002")',
    r'answers({"type": "boolean"}, "perhaps", "yes")',
    r'answers({"type": "text", "pattern": "[A-Z]{2}"}, "abc", "DE")',
    r'answers({"type": "text", "max_length": 3}, "abcd")',
    r'answers({"type": "text", "min_length": 3}, "ab")',
    r'answers({"type": "text"}, "\u200bAnn", "a\u0007b")',
    r'answers({"type": "text", "unique": True}, "K1", "K1")',
    r'answers({"type": "text", "required": True}, "", "x")',
    r'answers({"type": "select", "options": ["SQL", "Go"]}, "SQL, Go")',
    r'answers({"type": "select", "options": ["SQL", "Go"]}, "n/a")',
    r'answers({"type": "select", "options": ["SQL", "sql"]}, "Sql")',
    r'plan_of("Email,Skills\nann@corp.example,\"SQL, Rust\"\n", fields=[SKILLS])',
    r'qi.split(["sql"], separator=",", options=["SQL"])',
    r'qi.split(["A, B, C"], separator=",", options=["A", "B", "A, B", "C"])',
    r'qi.split(["SQL,SQL"], separator=",", options=["SQL"])',
    r'qi.split(["SQL,,Go"], separator=",", options=["SQL", "Go"])',
    r'qi.split([",SQL"], separator=",", options=["SQL"])',
    r'qi.split(["SQL,"], separator=",", options=["SQL"])',
    r'qi.split(["SQL, knitting"], separator=",", options=["SQL"], other=True)',
    r"""qi.split(['"SQL, Go'], separator=",", options=["SQL", "Go"])""",
    r'plan_of("Email,Skills\n" + "a@corp.example,SQL;Go\nb@corp.example,SQL|Go\n" * 3, fields=[SKILLS])',
    r'plan_of("Email,Skills\na@corp.example,red;blue\nb@corp.example,green\n", fields=[qi.Field(key="skills", type="multi_select")])',
    r'plan_of("Email,Skills/SQL,Skills/Go\na@corp.example,1,0\nb@corp.example,0,1\nc@corp.example,1,1\n", fields=[SKILLS])',
    r'plan_of("Email,Full name\nann@corp.example,Ann Lee\ntom@corp.example,Tom Orr\n", key="email")',
    # -- text files ------------------------------------------------------------------------------------------------
    r'read(b"Email,Name\nann@corp.example,Jos\x81\x8d\n", options=qi.ReadOptions(encoding="cp1252"))',
    r'read(b"Email,Name\nann@corp.example,Jos\xff\xfe\n", options=qi.ReadOptions(encoding="utf-8"))',
    r'read("Email,Name\nann@corp.example,J\u00f6rg\n".encode("cp1252"))',
    r'read("name\nZo\u00eb\nAna\u00efs\nChlo\u00e9\n\u0141ukasz\nM\u00fcnster\n".encode() + "J\u00fcrgen\n".encode("cp1252"))',
    r'read("Email,Name\na@x.example,Zo\u00eb\n".encode("utf-8") + "b@x.example,Ren\u00e9\nc@x.example,Bob\n".encode("utf-16"))',
    r'read(b"Email,Name\nann@corp.example,A\x00nn\n")',
    r'read(b"Email,Name\nann@corp.example,A\x07nn\n")',
    r'read(b"E\0m\0a\0i\0l\0,\0N\0a\0m\0e\0\n\0a\0@\0x\0.\0d\0e\0,\0A\0n\0n\0\n\0")',
    r'read(b"Email,Name,Town\nann@corp.example,Ann\ntom@corp.example,Tom,Bonn,x\n")',
    r"""read(b'Email,Name\nann@corp.example,An"n\ntom@corp.example,"Tom\nx@corp.example,Eve\n')""",
    r'read(b"Email;Name\nann@corp.example;Ann\ntom@corp.example,Tom\neve@corp.example;Eve\n")',
    r'read(b"a b\nc d\n")',
    r'read(b"Email\nann@corp.example\n", name="people.xlsx")',
    r'table(b"Email,Name\nann@corp.example,Ann\nEmail,Name\ntom@corp.example,Tom\n")',
    r'table(b"Email,Name\nann@corp.example,Ann\ntom@corp.example,Tom\n# exported by the portal\n")',
    r'table(b"Email,Name\nann@corp.example,Ann\ntom@corp.example,Tom\n\nNote: all data are confidential and must not be passed on.\n")',
    r'table(b"Email,Name,Email\nann@corp.example,Ann,x@corp.example\n")',
    r'table(b"Email,,Name\nann@corp.example,x,Ann\n")',
    r'table(b"Email,Name\n")',
    r'table(b"ann@corp.example,Ann\ntom@corp.example,Tom\n")',
    r'table(b"Title of it\nx,y\n1,2\nEmail,Name\n")',
    r'table("Email,Name\n" + "".join(f"a{n}@x.example,Ann\n" for n in range(4)) + "\nTown,Country,Code\n" + "Bonn,DE,1\n" * 3)',
    r'table("Email,Name\n" + "".join(f"a{n}@x.example,Ann\n" for n in range(4)) + "Town,Country,Code\n" + "Bonn,DE,1\n" * 3)',
    r'table(b"Email,Last name,Town\nBerg, Anna,a@x.example,HR\nIto, Tom,t@x.example,IT\nOez, Cem,c@x.example,IT\n")',
    r'table(b"Email,Name\nann@corp.example,Ann\n" + b",\n" * 6000)',
    r'plan_of("Email,Shoe size\nann@corp.example,38\n")',
    # -- spreadsheets ----------------------------------------------------------------------------------------------
    r"""read(book('<row r="1"><c r="A1" t="e"><v>#N/A</v></c></row>'))""",
    r"""read(book('<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>'))""",
    r"""read(book('<row r="1"><c r="A1" t="s"><v>3</v></c></row>'))""",
    r"""read(book('<row r="1"><c r="A1"><f>SUM(B1)</f></c></row>'))""",
    r"""read(book('<row r="1"><c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'))""",
    r"""read(book('<row r="1"><c r="A1" t="str"><v>a&#1;b</v></c></row>'))""",
    r"""read(book('<row r="1"><c r="A1" t="str"><v>a\x01b</v></c></row>'))""",
    r"""read(book('<row r="1"><c r="A1" t="d"><v>soon</v></c></row>'))""",
    r"""read(book('<row r="1"><c r="A1"><v>abc</v></c></row>'))""",
    r"""read(book('<row r="1"><c r="A1"><v>1</v></c></row>', styles="<styleSheet><cellXfs>"))""",
    r"""read(book('<row r="1"><c r="A1"><v>1</v></c></row><row r="2" hidden="1"><c r="A2"><v>2</v></c></row>'))""",
    r"""read(book('<row r="1"><c r="A1" t="str"><v>Email</v></c></row>', sheets='<sheet name="Figures" sheetId="2" r:id="r3"/>'))""",
    r"""read(book('<row r="1"><c r="A1" s="1"><v>5</v></c></row>', styles=f'<styleSheet {_MAIN}><numFmts><numFmt numFmtId="164" formatCode=";;;"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>'))""",
    r'plan_of(book(numbered("Employee ID", "Email", (42, "ann@corp.example"), (43, "tom@corp.example"))))',
    r'plan_of(book(numbered("Employee ID", "Email", (1234567890123456789, "ann@corp.example"), (43, "tom@corp.example"))))',
    # -- XML and web pages -----------------------------------------------------------------------------------------
    r'read("<table><tr><td>a<td>b<tr><td>c", name="people.html")',
    r"""read('<export date="2024-03-01"><p><id>1</id></p><p><id>2</id></p></export>')""",
    r'read("<l><p><n>Ann <b>Maria</b> Lee</n></p><p><n>Tom</n></p></l>")',
    r'read("<l><p><n>R&D</n></p><p><n>Tom</n></p></l>")',
    r'read("<l><p><n>a</n><n>b</n></p><p><n>c</n></p></l>")',
    r'read("<p><n>a</n></p><p><n>b</n></p>")',
    r"""read('<?xml version="1.0" encoding="UTF-8"?><l><p>José</p><p>Zoë</p></l>'.encode("cp1252"))""",
    r"""read('<html><body><table><tr><td>Email</td></tr><tr><td><a href="mailto:tom@corp.example">ann@corp.example</a></td></tr></table></body></html>')""",
    # -- errors: not a table ---------------------------------------------------------------------------------------
    r'read(b"")',
    r'read(b"%PDF-1.7\n")',
    r'read(b"{\\rtf1\\ansi}")',
    r'read(b"\x89PNG\r\n\x1a\n\0\0")',
    r'read(b"ID3\x04\0\0\0\0")',
    r'read(b"PAR1\x15\x04")',
    r'read(b"SQLite format 3\0")',
    r'read(b"$FL2@(#) IBM SPSS")',
    r'read(b"\0\0\x02\0\x06\x04\x06\0\x08\0")',
    r'read(b"MZ\x90\0\x03\0")',
    r'read(b"7z\xbc\xaf\x27\x1c\0\4")',
    r'read(gzip.compress(gzip.compress(b"id;email\n")))',
    r'read(gzip.compress(b"id;email\n")[:-9])',
    r'read(b"%!PS-Adobe-3.0\n")',
    r'read(b"[InternetShortcut]\r\nURL=https://corp.example/\r\n")',
    r"""read(b'TABLE\r\n0,1\r\n"EXCEL"\r\nVECTORS\r\n0,2\r\n""\r\n')""",
    r'read(b"From: ann@corp.example\r\nSubject: list\r\nContent-Type: text/plain\r\n\r\nhello")',
    r'read(b"-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n")',
    r'read(packed(**{"Index/Document.iwa": "x"}))',
    r'read(b"BEGIN:VCARD\r\nVERSION:3.0\r\n")',
    r"""read(b'{"error": {"code": 401}}')""",
    r'read(b"ID;PWXL;N;E\r\nP;PGeneral\r\n")',
    r'read(b"\x09\0\x04\0\x02\0\x10\0\x0a\0\0\0")',
    r"""read(b'<?xml version="1.0"?><gnm:Workbook xmlns:gnm="http://www.gnumeric.org/v10.dtd"></gnm:Workbook>')""",
    r'read(packed(**{"word/document.xml": "<w/>"}))',
    r'read(packed(**{"ppt/slides": "x"}))',
    r'read(packed(**{"a.csv": "id;email", "b.csv": "id;email"}))',
    r'read(packed(**{"a.png": "x"}))',
    r'read(b"\x03Ann".ljust(55, b" "))',
    r"read(bytes(range(32)) * 100)",
    r'read(b"\xd4\xfa")',
    r'read("Employee ID,Email\nA1,ann@corp.example\n".encode("cp500") * 20)',
    r'read("dn: uid=ann,dc=corp,dc=example\nobjectClass: person\nmail: ann@corp.example\n\ndn: uid=tom,dc=corp,dc=example\nobjectClass: person\nmail: tom@corp.example\n")',
    r'read("".join(f"Name: P{n}\nEmail: p{n}@corp.example\nTown: Bonn\n\n" for n in range(4)))',
    r'read("<html><body><h1>Please sign in</h1><form></form></body></html>")',
    r'read("<a><b>1</b></a>")',
    r'read("<l><p><id>1</id></p><p><id>2</id></x></l>")',
    r'read("<l><p><id>1</id></p><p><id>2</id>")',
    r"""read('<!DOCTYPE l [<!ENTITY a "b">]><l><p><id>&a;</id></p><p><id>2</id></p></l>')""",
    r"""read('<?xml version="1.0" encoding="utf-7"?><l/>')""",
    r'read(b"MIME-Version: 1.0\nContent-Type: text/plain\n\nx", options=qi.ReadOptions(format=qi.Format.MHTML))',
    r"""read('<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="a"><Table><Row ss:Index="9"><Cell><Data ss:Type="String">x</Data></Cell></Row><Row ss:Index="2"/></Table></Worksheet></Workbook>')""",
    r"""read('<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="a"><Table><Row ss:Index="99999999"><Cell><Data ss:Type="String">x</Data></Cell></Row></Table></Worksheet></Workbook>')""",
    # -- errors: damaged, locked, too large ------------------------------------------------------------------------
    r"""read(book('<row r="1"><c r="A1"><v>1</v></c></row>')[:-90])""",
    r"""read(book('<row r="1"><c r="A1"><v>1<row>'))""",
    r"""read(without(book(''), "xl/worksheets/sheet1.xml"))""",
    r"""read(without(book(''), "xl/workbook.xml"), options=qi.ReadOptions(format=qi.Format.XLSX))""",
    r"""read(book(''))""",
    r'read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 40)',
    r'read(locked(packed(**{"people.csv": "id;email"})))',
    r'read(Path("tests/cases/files/mislabelled/password_is_x.xls"))',
    r"read(repeating())",
    r'read(methodless("people.csv"))',
    r'read(b"Email\n" + b"ann@corp.example\n" * 9, limits=dataclasses.replace(qi.DEFAULT_LIMITS, rows=3))',
    # -- errors: how it is called ----------------------------------------------------------------------------------
    r'read(Path("no-such-file.csv"))',
    r'read(Path("docs"))',
    r'qi.read_workbook(b"id;email\n").sheet("Mentors")',
    r'qi.read_workbook(b"id;email\n").sheet().table(header_row=9)',
    r'qi.read_workbook(b"id;email\n").sheet().table(header_rows=[2, 1])',
    r'qi.split(["a"], separator="")',
    r'qi.Field(key="1x")',
    r'qi.Directory.of([{"id": "A1"}])',
    r'qi.Choices.from_json("{}x")',
    r'qi.ColumnMapping.from_json("{}")',
    r'qi.MappingMemory.from_json("[]")',
    r'qi.Receipt.from_json("{}")',
    r'qi.Plan.load(io.BytesIO(b"no plan"))',
    r'qi.plan_import(b"Email\na@x.example\n", schema=qi.Schema.participants(), directory=qi.Directory.of([]), choices=qi.Choices(source_sha256="0" * 64))',
    r'qi.plan_import(b"Email,ID\na@x.example,7\n", schema=qi.Schema.participants(), directory=qi.Directory.of([]), choices=qi.Choices(mapping=mapped(b"ID,Email\n7,a@x.example\n", {"id": "ID", "email": "Email"})))',
    r'qi.plan_import(b"Name\nAnn\n", schema=qi.Schema.participants(), directory=qi.Directory.of([]))',
    r'mapped(b"ID,Email\n7,a@x.example\n", {"email": "Mail"})',
    r'mapped(b"Email,Email\na@x.example,b@x.example\n", {"email": "Email"})',
    r'mapped(b"ID,Email\n7,a@x.example\n", {"email": 7})',
    r'mapped(b"ID,Email\n7,a@x.example\n", {"email": 1, "id": 1})',
    r'qi.apply_mapping(*mapped_table(b"Email,Shoe\na@x.example,38\n", {"email": 0, "shoe": 1}), qi.Schema.participants())',
    r'qi.apply_mapping(*bound_twice(b"Email,Mail\na@x.example,b@x.example\n"), qi.Schema.participants())',
    r'qi.Choices().merge_mended(b"Email\nann@corp.example\n")',
    r'apply(plan_of("Employee ID,Email\n" + "".join(f"E{n},new{n}@corp.example\n" for n in range(15)), everybody(15)), qi.Directory.of(everybody(15)))',
    r'apply(plan_of("Employee ID,Email\nA1,new@corp.example\n", [ANN]), qi.Directory.of([person("u1", "A1", "other@corp.example")]))',
    r'plan_of("Employee ID,Email\nA1,ann@corp.example\n").mend_file(Path("docs"), format="csv")',
    # -- what only shows in more rows, or with more around it ------------------------------------------------------
    r'table("id,name,mail\n" + "".join(f"{n},Ann {n},a{n}@corp.example\n" for n in range(9)) + "team,size\nNorth,4\nSouth,2\nWest,9\n" + "10,Eve,e@corp.example\n")',
    r'read("Members\nas of May\n\nid,name,town\n" + "".join(f"{n},Ann,Bonn\n" for n in range(20)) + "\nend of list\n")',
    r'read("a;b|c\n")',
    r"""read('<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Styles><Style ss:ID="d"><NumberFormat ss:Format="dd.mm.yyyy"/></Style></Styles><Worksheet ss:Name="a"><Table><Row><Cell ss:StyleID="d"><Data ss:Type="Number">-3</Data></Cell></Row></Table></Worksheet></Workbook>')""",
    r"""read(book('<row r="1"><c r="A1"><v>1</v></c></row><row r="9"><c r="C9" t="str"><v> </v></c></row>'))""",
    r"""read(book('<row r="5"><c r="A5"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row><row r="5"><c r="B5"><v>3</v></c></row>'))""",
    r"""read("<l><p>Zoë Müller Łukasz</p><p>Zoë X</p></l>".encode().replace(b"X", b"\xff"))""",
    r'read("<l><p><id>1</id><n>a\x01b</n></p><p><id>2</id><n>c</n></p></l>")',
    r"""read("<row id='1'/><row id='2'/>")""",
    r'plan_of("Email,Skills\na@corp.example,SQL;Q\nb@corp.example,Go;R\n", fields=[SKILLS])',
    r'(lambda found: qi.detect_separator(found, qi.ColumnMapping.of(found, {"email": 0}), qi.Schema.participants(SKILLS)))(qi.read_workbook(b"Email,Skills: SQL,Skills: Go\na@x.example,1,0\nb@x.example,1,1\n").sheet().table(header_row=1))',
    r'answers({"type": "text"}, "#REF!", "x")',
    r'answers({"type": "number"}, "12 €", "5 €")',
    r'answers({"type": "number"}, "5 USD", "R$ 6", "7")',
    r'plan_of(dated("13/04/2024", 45302, 45334, 45361, 45393, 45424, 45453), fields=[qi.Field(key="start", label="Start", type="date")])',
    r'plan_of(book(numbered("Start", "Email", (45322, "ann@corp.example"), (45323, "tom@corp.example"))), fields=[qi.Field(key="start", label="Start", type="date")])',
    r"""answers({"type": "select", "options": ["Bern", "Bonn"]}, '["Bern", "Bonn"]', "Bern")""",
    r'plan_of("Employee ID,Email\nC3,ann@corp.example\n", [person("u1", None, "ann@corp.example", sso_subject="C3")], sso_subject_is="id")',
    r'(lambda plan: plan.inverse(plan.receipt()))(plan_of("Employee ID,Email\nA1,ann.lee@corp.example\nN9,ann@corp.example\n", [ANN]))',
    r'(lambda plan: plan_of("Employee ID,Email\nA1,tom@corp.example\n", [ANN, TOM], decisions=(plan.decide(2, "skip"),)))(plan_of("Employee ID,Email\nC3,ann@corp.example\n", [ANN]))',
    r'qi.plan_import(b"Email\nann@corp.example\n", schema=qi.Schema.participants(), directory=qi.Directory.of([]), last=qi.propose(b"Email,Town\nann@corp.example,Bonn\n", schema=qi.Schema.participants()), choices=qi.Choices(policy=qi.Policy(drift=("column_gone",))))',
    r'plan_of("Email\nann@corp.example\n", drift=("column_gone",))',
    # -- errors that need a certain file ---------------------------------------------------------------------------
    r'qi.plan_import(qi.Source("people.csv", b"\n\n"), schema=qi.Schema.participants(), directory=qi.Directory.of([]))',
    r'read("<l><p/><p/></l>")',
    r"""read(packed(**{"mimetype": "application/vnd.sun.xml.calc", "content.xml": "<x/>"}))""",
    r"""read(packed(**{"_rels/.rels": "<Relationships><", "xl/workbook.xml": "<workbook><", "[Content_Types].xml": "<Types/>"}))""",
    r'qi.messages("fr")',
    r'qi.messages("fr", messages={"no.such.key": "x"})',
)


def provoked(snippet: str) -> dict[str, str]:
    """Run a snippet: code → the sentence that a person reads (the shortest, where there are several)."""
    try:
        value = eval(snippet, globals())
    except qi.IngestError as error:
        return {error.code: str(error)}
    issues = value if isinstance(value, qi.Issues) else value.issues
    found: dict[str, str] = {}
    for code in issues.counts():
        found[code] = issues.where(code).page(0, 1)[0].message
    for guard in value.summary.guards if isinstance(value, qi.Plan) else ():
        found.setdefault(guard.code, f"{guard.code}: {guard.count} of {guard.of}")
    return found
