"""Hostile XML, HTML and web archives end as a workbook or a typed error, in bounded time and memory.

The files are read in child processes under a limit of address space; a child that dies or hangs is started again after the
file that did it, which then fails its test.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

import qooper_ingest
from qooper_ingest.errors import ERROR_MESSAGES
from thorough import without

from .xml_files import FILES

HERE = Path(__file__).parent
SECONDS_EACH = 20.0  # of processor time: a busy machine is not a slow reader
MEMORY_MIB = 1024
BATCH_SECONDS = 300.0

#: Each takes one to ten seconds, and another file of its kind is read each time.
COSTLY = {
    "html_tags_in_a_cell_1500000", "html_divisions_2000000", "html_rows_300000", "html_breaks", "html_office_names",
    "html_rowspans_across", "html_less_than_signs", "html_nuls_5000000", "xml_ampersands_1500000",
    "xml_rows_over_the_sheet", "xml_styles_300000", "xml_sparse_records", "xml_mixed_content_everywhere",
    "xml_regular_rows_that_end_wrong", "xml_empty_cells_beyond_columns", "xml_regular_rows_of_many_words",
    "xml_control_references_everywhere",
}  # fmt: skip
NAMES = without(FILES, COSTLY)

#: What a few of them must come to, where "typed error or table" would be too little.
EXACTLY = {
    "xml_billion_laughs": "UnsupportedFormatError doctype_refused",
    "xml_external_entity": "UnsupportedFormatError doctype_refused",
    "xml_external_dtd": "UnsupportedFormatError doctype_refused",
    "xml_parameter_entity": "UnsupportedFormatError doctype_refused",
    "xml_attlist_injects_attributes": "UnsupportedFormatError doctype_refused",
    "xml_html_doctype_with_subset": "UnsupportedFormatError doctype_refused",
    "xml_attribute_of_8_mb": "LimitExceededError limit_exceeded xml_token_bytes",
    "xml_attribute_of_8_mb_not_closed": "LimitExceededError limit_exceeded xml_token_bytes",
    "xml_deep_nesting": "LimitExceededError limit_exceeded xml_depth",
    "xml_many_names": "LimitExceededError limit_exceeded xml_fields",
    "xml_sparse_records": "LimitExceededError limit_exceeded cells",
    "xml_flat_ods_repeats_filled": "LimitExceededError limit_exceeded cells",
    "xml_flat_ods_blanks": "LimitExceededError limit_exceeded text_bytes",
    "xml_text_of_8_mb": "LimitExceededError limit_exceeded cell_chars",
    "xml_empty_rows": "workbook 1 sheets 1 rows 0 issues",
    "xml_utf7_declared": "UnsupportedFormatError encoding_refused",
    "xml_more_cells_than_columns": "CorruptFileError cell_outside_sheet",
    "xml_rows_over_the_sheet": "CorruptFileError cell_outside_sheet",
    "xml_regular_rows_out_of_the_sheet": "CorruptFileError cell_outside_sheet",
    "xml_regular_rows_that_end_wrong": "CorruptFileError xml_not_well_formed",
    "xml_index_over_the_sheet": "CorruptFileError cell_outside_sheet",
    "mhtml_page_in_base64": "workbook 1 sheets 2 rows 0 issues",
}


def _limited() -> None:
    # Address space, not resident memory: polars and the allocator reserve more than they use.
    resource.setrlimit(resource.RLIMIT_AS, (4 * 1024**3, 4 * 1024**3))


def _batch(names: list[str]) -> list[list[str]]:
    """Lines of one child."""
    environment = {**os.environ, "PYTHONPATH": str(Path(qooper_ingest.__file__).parents[1])}
    command = [sys.executable, "-W", "error", str(HERE / "run_xml.py"), *names]
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=BATCH_SECONDS, preexec_fn=_limited
        )
        out = done.stdout
    except subprocess.TimeoutExpired as late:
        out = (late.stdout or b"").decode() if isinstance(late.stdout, bytes) else (late.stdout or "")
    return [line.split("\t") for line in out.splitlines()]


@pytest.fixture(scope="module")
def outcomes() -> dict[str, tuple[str, float, int]]:
    """name → outcome, seconds, peak memory in MiB."""
    found: dict[str, tuple[str, float, int]] = {}
    waiting = list(NAMES)
    while waiting:
        lines = _batch(waiting)
        for name, told, seconds, peak in lines:
            found[name] = (told, float(seconds), int(peak))
        reached = {name for name, *_ in lines}
        if not reached:
            break
        waiting = [name for name in waiting if name not in reached]
    return found


def test_there_are_enough_hostile_files() -> None:
    assert len(FILES) >= 100


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_file_ends_as_table_or_typed_error(name: str, outcomes: dict[str, tuple[str, float, int]]) -> None:
    told, seconds, peak = outcomes[name]
    kind, code = [*told.split(), ""][:2]
    assert kind == "workbook" or (kind.endswith("Error") and code in ERROR_MESSAGES), told
    assert "TELLS TOO MUCH" not in told
    assert seconds < SECONDS_EACH
    assert peak < MEMORY_MIB
    if name in EXACTLY:
        assert told == EXACTLY[name]
