"""The pages: seven steps with plain forms, a list of imports, no script.

``python -m host`` (with ``examples`` on the path) or ``uvicorn host.app:app``. ``DATABASE_URL`` names the database, SQLite in the
working folder by default. Sign-in is left to what stands in front: it says who is there in ``X-Remote-User``.

Refused: forms that another site sends (by what the browser says of their origin), uploads beyond the limit, and whatever the steps
refuse. Everything that comes from a file goes through the templates' escaping; the library's review page is shown in a frame that
may run nothing.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import FastAPI, Form, Request, Response, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.templating import Jinja2Templates

import qooper_ingest as qi

from .engine import Host, Refused
from .jobs import run_import
from .tables import store_people

__all__ = ["make_app", "sample_people"]

HERE = Path(__file__).parent
SAMPLES = HERE.parents[1] / "docs" / "samples"
SEPARATORS = {"propose": None, "none": "", "comma": ",", "semicolon": ";", "bar": "|", "line": "\n"}
#: Bytes of an upload that are read at all; how large a file may be is the library's limit.
LARGEST = 64 * 2**20
SHOWN = 50

Text = Annotated[str, Form()]


def make_app(host: Host) -> FastAPI:
    """The application over a host."""
    app = FastAPI(title="Import", docs_url=None, redoc_url=None, openapi_url=None)
    pages = Jinja2Templates(HERE / "templates")
    pages.env.filters["fromjson"] = json.loads

    def show(request: Request, page: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        response: HTMLResponse = pages.TemplateResponse(request, page, values, status_code=status)
        response.headers["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; form-action 'self'"
        )
        response.headers["Cache-Control"] = "no-store"
        return response

    def go_on(key: str, step: str) -> RedirectResponse:
        return RedirectResponse(f"/imports/{key}/{step}", status_code=303)

    def who(request: Request) -> str:
        return request.headers.get("x-remote-user", "administrator")

    @app.middleware("http")
    async def own_forms_only(request: Request, call_next: Callable[[Request], Any]) -> Response:
        site = request.headers.get("sec-fetch-site", "same-origin")
        origin = request.headers.get("origin")
        foreign = origin is not None and origin.partition("://")[2] != request.headers.get("host")
        if request.method == "POST" and (foreign or site not in ("same-origin", "none")):
            return Response("This form came from another site.", status_code=403)
        return await call_next(request)  # type: ignore[no-any-return]

    @app.exception_handler(Refused)
    def refused(request: Request, error: Refused) -> HTMLResponse:
        return show(request, "refused.html", status=409, message=str(error), key=request.path_params.get("key"))

    @app.exception_handler(qi.IngestError)
    def unreadable(request: Request, error: qi.IngestError) -> HTMLResponse:
        return show(
            request,
            "refused.html",
            status=422,
            message=error.message,
            code=error.code,
            key=request.path_params.get("key"),
        )

    @app.get("/")
    def listed(request: Request) -> HTMLResponse:
        with host.engine.connect() as connection:
            people = connection.execute(sa.select(sa.func.count()).select_from(host.tables.people)).scalar_one()
        return show(
            request, "imports.html", imports=host.imports(), roles=host.roles, separators=SEPARATORS, people=people
        )

    @app.post("/imports")
    def begin(request: Request, programme: Text, role: Text, separator: Text) -> Response:
        if separator not in SEPARATORS:
            raise Refused("This separator is not known.")
        key = host.begin(who(request), programme=programme.strip()[:100], role=role, separator=SEPARATORS[separator])
        return go_on(key, "upload")

    @app.get("/imports/{key}")
    def import_page(request: Request, key: str) -> HTMLResponse:
        one = host.one(key)
        receipt = json.loads(one.receipt) if one.receipt else None
        return show(request, "import.html", one=one, history=json.loads(one.history), receipt=receipt)

    @app.get("/imports/{key}/upload")
    def upload_page(request: Request, key: str) -> HTMLResponse:
        return show(request, "upload.html", one=host.one(key))

    @app.post("/imports/{key}/upload")
    def upload(request: Request, key: str, file: UploadFile) -> Response:
        data = read_upload(file)
        host.upload(key, who(request), data, (file.filename or "upload")[:200])
        return go_on(key, "sheet")

    @app.get("/imports/{key}/sheet")
    def sheet_page(request: Request, key: str) -> HTMLResponse:
        proposal = host.propose(key)
        sheets = [
            (one, proposal.workbook.sheet(one.name).preview(6).rows())
            for one in proposal.workbook.sheets
            if one.visible
        ]
        return show(request, "sheet.html", one=host.one(key), sheets=sheets, chosen=proposal.sheet.name)

    @app.post("/imports/{key}/sheet")
    def sheet(request: Request, key: str, name: Text) -> Response:
        if name not in {one.name for one in host.propose(key).workbook.sheets}:
            raise Refused("The file has no such sheet.")
        host.choose(key, who(request), "chose the sheet", lambda said: said.with_sheet(name))
        return go_on(key, "header")

    @app.get("/imports/{key}/header")
    def header_page(request: Request, key: str) -> HTMLResponse:
        proposal = host.propose(key)
        rows = proposal.sheet.preview(12).rows()
        return show(request, "header.html", one=host.one(key), header=proposal.header, rows=rows)

    @app.post("/imports/{key}/header")
    def header(request: Request, key: str, rows: Text) -> Response:
        try:
            chosen = tuple(int(row) for row in rows.split("+")) if rows else ()
        except ValueError:
            raise Refused("This is not the number of a row.") from None
        host.choose(key, who(request), f"chose the header {rows or 'none'}", lambda said: said.with_header(chosen))
        return go_on(key, "mapping")

    @app.get("/imports/{key}/mapping")
    def mapping_page(request: Request, key: str) -> HTMLResponse:
        proposal = host.propose(key)
        rebound = host.remembered(key, proposal.table) if host.choices(key).mapping is None else None
        mapping = rebound.mapping if rebound is not None else proposal.mapping
        samples = proposal.table.frame.head(3).drop("_row")
        columns = [
            (at, label, samples[samples.columns[at]].to_list()) for at, label in enumerate(proposal.table.labels)
        ]
        bound = {binding.field: binding for binding in mapping.bindings}
        separator = proposal.conventions.separator or ""
        return show(
            request, "mapping.html", one=host.one(key), fields=host.schema.fields, bound=bound, columns=columns,
            rebound=rebound, separators=SEPARATORS, separator=separator,
        )  # fmt: skip

    @app.post("/imports/{key}/mapping")
    async def mapping(request: Request, key: str) -> Response:
        form = {name: str(value) for name, value in (await request.form()).items()}
        return await _in_thread(map_columns, request, key, form)

    def map_columns(request: Request, key: str, form: dict[str, str]) -> Response:
        proposal = host.propose(key)
        kept = {binding.field: binding for binding in proposal.mapping.bindings}
        chosen: dict[str, Any] = {}
        for field in host.schema.fields:
            position = form.get(f"field.{field.key}", "")
            said = int(position) if position.isdecimal() and len(position) < 6 else None
            proposed = kept.get(field.key)
            same = proposed is not None and proposed.column == said and said is not None
            chosen[field.key] = list(proposed.columns) if same and proposed is not None else said
        separator = SEPARATORS.get(form.get("separator", "propose"))
        mapping = qi.ColumnMapping.of(proposal.table, chosen, schema=host.schema)
        mapping.check(proposal.table, host.schema)
        if mapping.ignored and "ignore" not in form:
            raise Refused(
                f"{len(mapping.ignored)} columns are not used. Say that they are to be ignored, or give them a field."
            )
        conventions = (
            proposal.conventions.model_copy(update={"separator": separator})
            if separator is not None
            else proposal.conventions
        )
        host.choose(
            key,
            who(request),
            "confirmed the columns",
            lambda said: said.with_mapping(mapping).with_conventions(conventions),
        )
        return go_on(key, "review")

    @app.get("/imports/{key}/review")
    def review_page(request: Request, key: str) -> HTMLResponse:
        if host.choices(key).mapping is None:
            raise Refused("The columns are not confirmed yet.")
        plan = host.plan(key)
        conflicts = plan.frame.filter(plan.frame["action"] == "conflict")
        asked = [
            (row, plan.why(row, personal=True), candidates)
            for row, candidates in conflicts.select("row", "candidates").head(SHOWN).iter_rows()
        ]
        decided = host.choices(key).policy.decisions
        return show(
            request,
            "review.html",
            one=host.one(key),
            plan=plan,
            summary=plan.summary,
            asked=asked,
            conflicts=conflicts.height,
            decided=decided,
        )

    @app.get("/imports/{key}/report")
    def report(key: str) -> HTMLResponse:
        page = io.BytesIO()
        host.plan(key).to_html(page)
        return HTMLResponse(page.getvalue(), headers={"Cache-Control": "no-store"})

    @app.get("/imports/{key}/mend.csv")
    def mend(key: str) -> Response:
        file = io.BytesIO()
        host.plan(key).mend_file(file, format="csv")
        name = {"Content-Disposition": 'attachment; filename="mend.csv"', "Cache-Control": "no-store"}
        return Response(file.getvalue(), media_type="text/csv; charset=utf-8", headers=name)

    @app.post("/imports/{key}/mended")
    def mended(request: Request, key: str, file: UploadFile) -> Response:
        data = read_upload(file)
        host.choose(key, who(request), "merged the mended rows", lambda said: said.merge_mended(data))
        return go_on(key, "review")

    @app.post("/imports/{key}/decide")
    def decide(
        request: Request, key: str, row: Annotated[int, Form()], answer: Annotated[Any, Form()], ref: Text = ""
    ) -> Response:
        host.decide(key, who(request), host.plan(key).decide(row, answer, ref=ref or None))
        return go_on(key, "review")

    @app.post("/imports/{key}/acknowledge")
    def acknowledge(request: Request, key: str, code: Text, count: Annotated[int, Form()]) -> Response:
        host.acknowledge(key, who(request), code, count)
        return go_on(key, "review")

    @app.post("/imports/{key}/confirm")
    def confirm(request: Request, key: str, fingerprint: Text) -> Response:
        host.confirm(key, who(request), fingerprint)
        run_import({"import": key}, host=host)  # where there is a queue, it is given the document instead
        return RedirectResponse(f"/imports/{key}", status_code=303)

    @app.post("/imports/{key}/continue")
    def go_on_applying(key: str) -> Response:
        run_import({"import": key}, host=host)
        return RedirectResponse(f"/imports/{key}", status_code=303)

    return app


async def _in_thread(work: Callable[..., Response], *arguments: Any) -> Response:
    from fastapi.concurrency import run_in_threadpool

    return await run_in_threadpool(work, *arguments)


def read_upload(file: UploadFile) -> bytes:
    """The bytes of an uploaded file, if they are not too many."""
    data = file.file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise Refused("This file is too large to be uploaded.")
    return data


def sample_people(host: Host) -> None:
    """Store the sample people where nobody is stored yet."""
    with open(SAMPLES / "directory.csv", encoding="utf-8", newline="") as file:
        rows: list[dict[str, Any]] = list(csv.DictReader(file))
    for row in rows:
        row |= {name: value or None for name, value in row.items()}
        row["protected"] = row["protected"] == "true"
        for several in ("roles", "skills", "goals"):
            row[several] = [answer for answer in (row[several] or "").split(";") if answer]
    frame = qi.Directory.of(rows, schema=host.schema).frame  # typed: dates are dates
    assert not hasattr(frame, "collect")
    with host.engine.execution_options(writes=True).begin() as connection:
        if not connection.execute(sa.select(host.tables.people.c.ref).limit(1)).first():
            store_people(connection, host.tables, frame.iter_rows(named=True))


def default_host() -> Host:
    """The host that the environment names, with the sample schema and people."""
    schema = qi.Schema.from_json((SAMPLES / "schema.json").read_text(encoding="utf-8"))
    host = Host.at(os.environ.get("DATABASE_URL", "sqlite:///host.sqlite"), schema)
    sample_people(host)
    return host
