"""Turn a participant file from any spreadsheet into a typed diff plan that the host application applies.

>>> import qooper_ingest as qi
>>> people = qi.Directory.of([{"ref": "u1", "id": "00042", "email": "ann@corp.example"}])
>>> plan = qi.plan_import(b"Employee ID;E-mail\\n00042;ann.lee@corp.example\\n", schema=qi.Schema.participants(), directory=people)
>>> [operation for batch in plan.operations() for operation in batch]
[ChangeEmail(row=2, ref='u1', changes=[email])]

A name is imported from its module when it is first asked for: who reads one value, or only asks for the version, does not wait for
the readers, the decision table and the models of all values. `_MODULES` is the literal table of who has what.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:  # for type checkers and editors, which follow imports and no table
    from .choices import Choices
    from .conventions import Conventions
    from .corrections import CellCorrection, OptionAlias, correct
    from .drift import Drift, Finding, compare_files
    from .errors import (
        CorruptFileError,
        DirectoryError,
        EncryptedFileError,
        IngestError,
        LimitExceededError,
        MappingError,
        SchemaError,
        SourceError,
        StaleChoicesError,
        UnsupportedFormatError,
        UsageError,
    )
    from .header import HeaderCandidate, HeaderGuess, detect_header
    from .identity import Acknowledgement, Decision, Directory, Policy, RowKey, Thresholds
    from .issues import CATALOGUE, Issue, Issues, Severity
    from .joint import ImportPart, JointProposal, propose_many
    from .limits import DEFAULT_LIMITS, STRICT_LIMITS, Limits
    from .lookup import Lookup
    from .mapping import Binding, Candidate, ColumnMapping, MappingMemory, suggest_mapping
    from .pipeline import plan_import
    from .plan import (
        Alternative,
        CellStory,
        ChangeEmail,
        Create,
        CreatedPerson,
        Explanation,
        FieldChange,
        KeyStory,
        Operation,
        PersonState,
        Plan,
        PlanDiff,
        Reactivate,
        Receipt,
        Refusal,
        Retire,
        Stale,
        Staleness,
        Summary,
        Suspend,
        Update,
        diff_plans,
        resolve,
    )
    from .progress import Progress
    from .proof import Verification, verify_receipt
    from .proposal import Proposal, propose
    from .readers import read_workbook
    from .readers.isolation import Reader
    from .records import Records, RecordsPart, apply_mapping
    from .schema import Field, Option, Schema, StatusWord
    from .separator import SeparatorGuess, Split, detect_separator, split
    from .source import Dialect, Format, ReadOptions, Source
    from .table import Table
    from .translation import Messages, messages
    from .workbook import Sheet, SheetInfo, Workbook

__version__ = "0.2.0.dev0"

__all__ = [
    "CATALOGUE",
    "DEFAULT_LIMITS",
    "STRICT_LIMITS",
    "Acknowledgement",
    "Alternative",
    "Binding",
    "Candidate",
    "CellCorrection",
    "CellStory",
    "ChangeEmail",
    "Choices",
    "ColumnMapping",
    "Conventions",
    "CorruptFileError",
    "Create",
    "CreatedPerson",
    "Decision",
    "Dialect",
    "Directory",
    "DirectoryError",
    "Drift",
    "EncryptedFileError",
    "Explanation",
    "Field",
    "FieldChange",
    "Finding",
    "Format",
    "HeaderCandidate",
    "HeaderGuess",
    "ImportPart",
    "IngestError",
    "Issue",
    "Issues",
    "JointProposal",
    "KeyStory",
    "LimitExceededError",
    "Limits",
    "Lookup",
    "MappingError",
    "MappingMemory",
    "Messages",
    "Operation",
    "Option",
    "OptionAlias",
    "PersonState",
    "Plan",
    "PlanDiff",
    "Policy",
    "Progress",
    "Proposal",
    "Reactivate",
    "ReadOptions",
    "Reader",
    "Receipt",
    "Records",
    "RecordsPart",
    "Refusal",
    "Retire",
    "RowKey",
    "Schema",
    "SchemaError",
    "SeparatorGuess",
    "Severity",
    "Sheet",
    "SheetInfo",
    "Source",
    "SourceError",
    "Split",
    "Stale",
    "StaleChoicesError",
    "Staleness",
    "StatusWord",
    "Summary",
    "Suspend",
    "Table",
    "Thresholds",
    "UnsupportedFormatError",
    "Update",
    "UsageError",
    "Verification",
    "Workbook",
    "__version__",
    "apply_mapping",
    "compare_files",
    "correct",
    "detect_header",
    "detect_separator",
    "diff_plans",
    "messages",
    "plan_import",
    "propose",
    "propose_many",
    "read_workbook",
    "resolve",
    "split",
    "suggest_mapping",
    "verify_receipt",
]

#: Public name → its module. A test holds it, `__all__` and the imports above to one set of names.
_MODULES: Final = {
    "Acknowledgement": "identity",
    "Alternative": "plan",
    "Binding": "mapping",
    "CATALOGUE": "issues",
    "Candidate": "mapping",
    "CellCorrection": "corrections",
    "CellStory": "plan",
    "ChangeEmail": "plan",
    "Choices": "choices",
    "ColumnMapping": "mapping",
    "Conventions": "conventions",
    "CorruptFileError": "errors",
    "Create": "plan",
    "CreatedPerson": "plan",
    "DEFAULT_LIMITS": "limits",
    "Decision": "identity",
    "Dialect": "source",
    "Directory": "identity",
    "DirectoryError": "errors",
    "Drift": "drift",
    "EncryptedFileError": "errors",
    "Explanation": "plan",
    "Field": "schema",
    "FieldChange": "plan",
    "Finding": "drift",
    "Format": "source",
    "HeaderCandidate": "header",
    "HeaderGuess": "header",
    "ImportPart": "joint",
    "IngestError": "errors",
    "Issue": "issues",
    "Issues": "issues",
    "JointProposal": "joint",
    "KeyStory": "plan",
    "LimitExceededError": "errors",
    "Limits": "limits",
    "Lookup": "lookup",
    "MappingError": "errors",
    "MappingMemory": "mapping",
    "Messages": "translation",
    "Operation": "plan",
    "Option": "schema",
    "OptionAlias": "corrections",
    "PersonState": "plan",
    "Plan": "plan",
    "PlanDiff": "plan",
    "Policy": "identity",
    "Progress": "progress",
    "Proposal": "proposal",
    "Reactivate": "plan",
    "ReadOptions": "source",
    "Reader": "readers.isolation",
    "Receipt": "plan",
    "Records": "records",
    "RecordsPart": "records",
    "Refusal": "plan",
    "Retire": "plan",
    "RowKey": "identity",
    "STRICT_LIMITS": "limits",
    "Schema": "schema",
    "SchemaError": "errors",
    "SeparatorGuess": "separator",
    "Severity": "issues",
    "Sheet": "workbook",
    "SheetInfo": "workbook",
    "Source": "source",
    "SourceError": "errors",
    "Split": "separator",
    "Stale": "plan",
    "StaleChoicesError": "errors",
    "Staleness": "plan",
    "StatusWord": "schema",
    "Summary": "plan",
    "Suspend": "plan",
    "Table": "table",
    "Thresholds": "identity",
    "UnsupportedFormatError": "errors",
    "Update": "plan",
    "UsageError": "errors",
    "Verification": "proof",
    "Workbook": "workbook",
    "apply_mapping": "records",
    "compare_files": "drift",
    "correct": "corrections",
    "detect_header": "header",
    "detect_separator": "separator",
    "diff_plans": "plan",
    "messages": "translation",
    "plan_import": "pipeline",
    "propose": "proposal",
    "propose_many": "joint",
    "read_workbook": "readers",
    "resolve": "plan",
    "split": "separator",
    "suggest_mapping": "mapping",
    "verify_receipt": "proof",
}


if not TYPE_CHECKING:  # with it, a type checker would take any misspelt name

    def __getattr__(name: str) -> Any:
        """Import a public name when it is first asked for."""
        module = _MODULES.get(name)
        if module is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(f".{module}", __name__), name)
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
