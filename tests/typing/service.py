"""Only has to type-check: a service with a screen between the steps; the state is the bytes and one JSON document."""

from __future__ import annotations

from typing import BinaryIO

import qooper_ingest as qi


class Import:
    def __init__(self, data: bytes, choices: str, schema: qi.Schema) -> None:
        self.data = data
        self.choices = qi.Choices.from_json(choices)
        self.schema = schema

    @staticmethod
    def upload(file: BinaryIO) -> tuple[bytes, str]:
        source = qi.Source.of(file, limits=qi.STRICT_LIMITS)
        workbook = qi.read_workbook(source, limits=qi.STRICT_LIMITS)
        encoding: str | None = workbook.options.encoding
        print(workbook.format is qi.Format.XLSX, encoding, [info.visible for info in workbook.sheets])
        return source.data, qi.Choices(source_sha256=workbook.sha256).to_json()

    def table(self) -> qi.Table:
        sheet = qi.read_workbook(self.data, options=self.choices.read).sheet(self.choices.sheet)
        rows: tuple[int, ...] = self.choices.header_rows or qi.detect_header(sheet, schema=self.schema).rows
        return sheet.table(header_rows=rows or None)

    def proposal(self, directory: qi.Directory) -> list[tuple[str, str | None, float, tuple[str, ...]]]:
        mapping = qi.suggest_mapping(self.table(), self.schema, directory=directory)
        return [(one.field, one.label, one.score, one.reasons) for one in mapping.bindings]

    def confirm_columns(self, columns: dict[str, str | int | None], separator: str | None) -> str:
        table = self.table()
        mapping = qi.ColumnMapping.of(table, columns, separator=separator, schema=self.schema)
        update = {"mapping": mapping, "header_rows": table.header_rows}
        self.choices = self.choices.model_copy(update=update)
        return self.choices.to_json()

    def review(self, directory: qi.Directory, page: int) -> tuple[str, str, list[str]]:
        plan = qi.plan_import(self.data, schema=self.schema, directory=directory, choices=self.choices)
        sentences = [issue.message for issue in plan.issues.page(50 * page, 50)]
        return plan.fingerprint, plan.summary.to_json(), sentences

    def decide(self, row: int, ref: str) -> None:
        decision = qi.Decision(row=row, answer="use_id", ref=ref)
        policy = self.choices.policy.model_copy(update={"decisions": (*self.choices.policy.decisions, decision)})
        correction = qi.CellCorrection(row=row, column="D", was=None, value="ann@corp.example")
        alias = qi.OptionAlias(field="skills", text="Golang", option="go")
        self.choices = qi.Choices(policy=policy, corrections=(correction, alias))

    def confirm(self, directory: qi.Directory, fingerprint: str) -> qi.Plan | None:
        plan = qi.plan_import(self.data, schema=self.schema, directory=directory, choices=self.choices)
        return plan if plan.fingerprint == fingerprint else None
