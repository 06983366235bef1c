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

    def propose(self, directory: qi.Directory) -> list[tuple[str, str | None, float, tuple[str, ...]]]:
        proposal = qi.propose(self.data, schema=self.schema, directory=directory, choices=self.choices)
        rows: tuple[int, ...] = proposal.header.rows
        print(rows or "no header", proposal.separator.state, proposal.conventions.separator)
        return [(one.field, one.label, one.score, one.reasons) for one in proposal.mapping.bindings]

    def confirm_columns(self, columns: dict[str, str | int | None], separator: str | None) -> str:
        proposal = qi.propose(self.data, schema=self.schema, choices=self.choices)
        mapping = qi.ColumnMapping.of(proposal.table, columns, schema=proposal.schema)
        conventions = proposal.conventions.model_copy(update={"separator": separator or ""})
        self.choices = proposal.choices.model_copy(update={"mapping": mapping, "conventions": conventions})
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
