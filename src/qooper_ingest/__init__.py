"""Turn a participant file from any spreadsheet into a typed diff plan that the host application applies.

>>> import qooper_ingest as qi
>>> people = qi.Directory.of([{"ref": "u1", "id": "00042", "email": "ann@corp.example"}])
>>> plan = qi.plan_import(b"Employee ID;E-mail\\n00042;ann.lee@corp.example\\n", schema=qi.Schema.participants(), directory=people)
>>> [operation for batch in plan.operations() for operation in batch]
[ChangeEmail(row=2, ref='u1', changes=[email])]
"""

from __future__ import annotations

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
from .workbook import Sheet, SheetInfo, Workbook

__version__ = "0.1.0"

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
    "plan_import",
    "propose",
    "propose_many",
    "read_workbook",
    "resolve",
    "split",
    "suggest_mapping",
    "verify_receipt",
]
