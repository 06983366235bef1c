"""The public names, pinned: adding one is a decision, removing one is a major release."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys

import pytest

import qooper_ingest as qi

VERBS = {
    "apply_mapping", "compare_files", "correct", "detect_header", "detect_separator", "diff_plans", "messages", "plan_import", "propose", "propose_many", "read_workbook", "resolve", "split", "suggest_mapping", "verify_receipt",
}  # fmt: skip

VALUES = {
    "Reader", "MappingMemory", "Messages", "Acknowledgement", "RowKey", "Progress", "Binding", "Candidate", "CellCorrection", "ChangeEmail", "Choices", "ColumnMapping", "Conventions", "Create", "Decision", "Dialect",
    "Directory", "Field", "FieldChange", "Format", "HeaderCandidate", "HeaderGuess", "Issue", "Issues", "Limits", "Lookup", "Operation",
    "Option", "OptionAlias", "PersonState", "Plan", "Policy", "Proposal", "Reactivate", "ReadOptions", "Records", "Schema", "SeparatorGuess",
    "Severity", "Sheet", "SheetInfo", "Source", "Split", "Stale", "Staleness", "StatusWord", "Summary", "Suspend", "Table",
    "Thresholds", "Update", "Workbook", "CreatedPerson", "Receipt", "Refusal", "Retire", "Verification",
    "Alternative", "CellStory", "Drift", "Finding", "Explanation", "ImportPart", "JointProposal", "KeyStory", "PlanDiff", "RecordsPart",
}  # fmt: skip

ERRORS = {
    "CorruptFileError", "DirectoryError", "EncryptedFileError", "IngestError", "LimitExceededError", "MappingError", "SchemaError",
    "SourceError", "StaleChoicesError", "UnsupportedFormatError", "UsageError",
}  # fmt: skip

CONSTANTS = {"CATALOGUE", "DEFAULT_LIMITS", "STRICT_LIMITS", "__version__"}

#: Subject of each verb, which is its only positional parameter (a mapping verb needs what it maps between).
SUBJECTS = {
    "apply_mapping": ["table", "mapping", "schema"],
    "compare_files": ["last", "this"],
    "correct": ["table", "schema", "corrections"],
    "detect_header": ["sheet"],
    "detect_separator": ["table", "mapping", "schema"],
    "diff_plans": ["a", "b"],
    "messages": ["language"],
    "plan_import": ["source"],
    "propose": ["source"],
    "propose_many": ["sources"],
    "read_workbook": ["source"],
    "resolve": ["records", "directory"],
    "split": ["cells"],
    "suggest_mapping": ["table", "schema"],
    "verify_receipt": ["receipt", "source"],
}


def test_the_public_names_are_these() -> None:
    assert set(qi.__all__) == VERBS | VALUES | ERRORS | CONSTANTS
    assert len(qi.__all__) == len(set(qi.__all__))


@pytest.mark.parametrize("name", qi.__all__)
def test_every_public_name_is_there_and_says_what_it_is(name: str) -> None:
    value = getattr(qi, name)
    if inspect.isclass(value) or inspect.isfunction(value):
        assert (value.__doc__ or "").strip()
        assert value.__module__.startswith("qooper_ingest.")


@pytest.mark.parametrize("name", sorted(VERBS))
def test_a_verb_takes_its_subject_by_position_and_the_rest_by_name(name: str) -> None:
    parameters = inspect.signature(getattr(qi, name)).parameters.values()
    assert [p.name for p in parameters if p.kind is p.POSITIONAL_ONLY] == SUBJECTS[name]
    assert all(p.kind in (p.POSITIONAL_ONLY, p.KEYWORD_ONLY) for p in parameters)


@pytest.mark.parametrize("name", sorted(VERBS))
def test_a_verb_is_annotated_in_full(name: str) -> None:
    signature = inspect.signature(getattr(qi, name))
    assert signature.return_annotation is not inspect.Signature.empty
    assert all(p.annotation is not p.empty for p in signature.parameters.values())


def test_errors_are_two_families() -> None:
    for name in ERRORS - {"IngestError", "SourceError", "UsageError"}:
        assert issubclass(getattr(qi, name), qi.SourceError) != issubclass(getattr(qi, name), qi.UsageError)


def names_for_type_checkers() -> dict[str, str]:
    """Public name → module, by the imports that only type checkers follow."""
    tree = ast.parse(inspect.getsource(qi))
    guarded = [node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"]
    imports = [node for block in guarded for node in block.body if isinstance(node, ast.ImportFrom)]
    return {alias.name: node.module or "" for node in imports for alias in node.names}


def test_what_is_imported_lazily_is_what_type_checkers_see() -> None:
    assert names_for_type_checkers() == dict(qi._MODULES)
    assert {*qi._MODULES, "__version__"} == set(qi.__all__)
    assert set(qi.__all__) <= set(dir(qi))


def test_a_name_that_is_not_public_is_none() -> None:
    with pytest.raises(AttributeError, match="no attribute 'plan_imports'"):
        _ = qi.plan_imports  # type: ignore[attr-defined]


def test_star_imports_everything_and_importing_the_package_nothing() -> None:
    """In a process of its own: here, every module has been imported by other tests."""
    code = """
import sys
import qooper_ingest
heavy = {"polars", "pydantic"} & sys.modules.keys()
ours = [name for name in sys.modules if name.startswith("qooper_ingest.")]
from qooper_ingest import *
missing = [name for name in qooper_ingest.__all__ if name not in globals()]
print(heavy or ours or missing or "none")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "none"
