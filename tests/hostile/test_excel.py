"""Hostile books and mistaken uploads end as a workbook or a typed error, in bounded time and memory.

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
from qooper_ingest.issues import CATALOGUE
from thorough import without

from .generate import FILES

HERE = Path(__file__).parent
SECONDS_EACH = 20.0  # of processor time: a busy machine is no fault of the reader
MEMORY_MIB = 1024
BATCH_SECONDS = 240.0

#: Each takes one to eight seconds, the making included, and another file of its kind is read each time.
COSTLY = {
    "xlsx_million_formats", "xlsx_bomb_styles", "xlsx_bomb_head", "xlsx_text_of_200000_runs", "xlsx_300000_links",
    "xlsx_bomb_strings", "xlsx_bomb_blanks", "xlsx_bomb_empty_cells",
    "xlsx_900_sheets_of_one_part", "xls_900_sheets_of_one_place", "xlsb_400000_times_one_cell", "xlsx_row_300000_times",
    "xlsx_instructions_and_comments", "xls_merged_300000_times", "xlsb_500000_rows", "other_half_characters",
    "gzip_of_words_of_400_kb", "gzip_of_line_ends", "gzip_of_delimiters", "gzip_bomb", "gzip_of_less_than_signs",
    "gzip_of_quotes", "gzip_of_one_line_in_no_utf8", "gzip_of_one_wide_line", "gzip_of_a_word_of_7_mb", "gzip_of_1_gb",
    "ods_bomb_manifest", "ods_bomb_mimetype", "zip_of_one_line", "zip_100000_names",
}  # fmt: skip
NAMES = without(FILES, COSTLY)

#: What these must come to, where "typed error or table" would be too little.
EXACTLY = {
    "xlsx_two_far_cells": "workbook 1 sheets 2 rows",
    "xlsx_far_column_in_20000_rows": "LimitExceededError limit_exceeded cells",
    "xlsx_string_count_lies": "workbook 1 sheets 1 rows",
    "xlsx_string_amplified": "LimitExceededError limit_exceeded text_bytes",
    "xlsx_string_index_beyond": "workbook 1 sheets 0 rows cell_unreadable",
    "xlsx_reference_overflows": "CorruptFileError cell_index_invalid",
    "xlsx_reference_row_zero": "CorruptFileError cell_outside_sheet",
    "xlsx_row_in_a_cell": "CorruptFileError sheet_unreadable",
    "xlsx_rows_backwards": "workbook 1 sheets 2 rows cell_repeated",
    "xlsx_cell_twice": "workbook 1 sheets 1 rows cell_repeated",
    "xlsx_date_huge": "workbook 1 sheets 1 rows date_out_of_range",
    "xlsx_dimension_lies": "workbook 1 sheets 1 rows",
    "xlsx_dimension_malformed": "workbook 1 sheets 1 rows",
    "xlsx_bomb_text": "LimitExceededError limit_exceeded cell_chars",
    "xlsx_laughs_in_sheet": "UnsupportedFormatError doctype_refused",
    "xlsx_laughs_in_strings": "UnsupportedFormatError doctype_refused",
    "xlsx_laughs_in_workbook": "UnsupportedFormatError doctype_refused",
    "xlsx_laughs_in_styles": "UnsupportedFormatError doctype_refused",
    "xlsx_laughs_in_utf16": "UnsupportedFormatError doctype_refused",
    "xlsx_external_entity": "UnsupportedFormatError doctype_refused",
    "xlsx_not_utf8": "workbook 1 sheets 1 rows sheet_repaired",
    "xlsx_sheet_truncated": "CorruptFileError part_damaged",
    "xlsx_1001_sheets": "LimitExceededError limit_exceeded sheets",
    "xlsx_parts_twice": "CorruptFileError zip_names_repeated",
    "xlsx_2500_parts": "LimitExceededError limit_exceeded zip_entries",
    "xlsx_sizes_lie": "workbook 1 sheets 1 rows",
    "xlsx_encrypted_flag": "EncryptedFileError zip_encrypted",
    "xlsx_method_99": "UnsupportedFormatError zip_method_unknown",
    "xlsx_wrong_crc": "CorruptFileError damaged_zip",
    "xlsx_to_outside": "CorruptFileError no_sheets",
    "xls_link_over_everything": "workbook 1 sheets 0 rows mailto_differs",
    "xls_string_size_negative": "workbook 1 sheets 0 rows",
    "xls_names_double": "workbook 1 sheets 0 rows",
    "xls_chart_inside": "workbook 1 sheets 1 rows",
    "xls_string_amplified": "LimitExceededError limit_exceeded text_bytes",
    "xls_sheet_without_end": "CorruptFileError sheet_unreadable",
    "xls_password": "EncryptedFileError password_protected",
    "xls_encrypted_package": "EncryptedFileError password_protected",
    "xlsx_900_sheets_of_one_part": "workbook 1 sheets 1 rows cell_repeated sheet_skipped",
    "xlsx_zip64_counts_lie": "CorruptFileError damaged_zip",
    "xlsx_300000_links": "workbook 1 sheets 1 rows mailto_differs",
    "xls_900_sheets_of_one_place": "workbook 1 sheets 1 rows sheet_skipped",
    "xls_5000_sheets": "LimitExceededError limit_exceeded sheets",
    "xls_two_far_cells": "workbook 1 sheets 2 rows",
    "xlsb_string_amplified": "LimitExceededError limit_exceeded text_bytes",
    "ods_laughs_in_styles": "UnsupportedFormatError doctype_refused",
    "gzip_of_one_line": "LimitExceededError limit_exceeded cell_chars",
    "gzip_of_quotes": "LimitExceededError limit_exceeded cell_chars",
    "gzip_of_less_than_signs": "LimitExceededError limit_exceeded cell_chars",
    "gzip_of_one_wide_line": "LimitExceededError limit_exceeded cell_chars",
    "gzip_of_one_line_in_no_utf8": "LimitExceededError limit_exceeded cell_chars",
    "gzip_of_1_gb": "LimitExceededError limit_exceeded file_bytes",
    "gzip_of_20000_members": "workbook 1 sheets 40000 rows",
    "gzip_of_line_ends": "UnsupportedFormatError empty_file",
    "zip_100000_names": "LimitExceededError limit_exceeded zip_entries",
    "zip_of_one_line": "LimitExceededError limit_exceeded cell_chars",
    "other_deep_json": "UnsupportedFormatError json_document",
    "xls_biff4": "UnsupportedFormatError legacy_workbook",
    "xls_word": "UnsupportedFormatError word_document",
    "xls_cut": "CorruptFileError damaged_ole",
    "xlsb_plain": "workbook 1 sheets 1 rows",
    "xlsb_without_end": "CorruptFileError sheet_unreadable",
    "ods_plain": "workbook 1 sheets 1 rows",
    "ods_encrypted": "EncryptedFileError password_protected",
    "ods_laughs": "UnsupportedFormatError doctype_refused",
    "gzip_bomb": "LimitExceededError limit_exceeded rows",
    "gzip_cut": "CorruptFileError damaged_gzip",
    "gzip_of_gzip": "UnsupportedFormatError archive_nested",
    "gzip_of_xlsx": "workbook 1 sheets 1 rows",
    "zip_bomb_csv": "LimitExceededError limit_exceeded rows",
    "zip_of_two_csv": "UnsupportedFormatError zip_several_files",
    "zip_of_pictures": "UnsupportedFormatError zip_no_table",
    "other_nothing": "UnsupportedFormatError empty_file",
    "other_noise": "UnsupportedFormatError binary_file",
    "other_lock": "UnsupportedFormatError lock_file",
}


def bounded() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def read_all(names: list[str]) -> dict[str, tuple[str, float, int]]:
    """Outcome, seconds and peak memory of every file; a file that ends its process gets ``died``."""
    found: dict[str, tuple[str, float, int]] = {}
    left = list(names)
    source = str(Path(qooper_ingest.__file__).parent.parent)
    while left:
        command = [sys.executable, str(HERE / "run_excel.py"), *left]
        environment = {**os.environ, "PYTHONPATH": source, "POLARS_MAX_THREADS": "2"}
        child = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, text=True, preexec_fn=bounded
        )
        try:
            output, _ = child.communicate(timeout=BATCH_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            output, _ = child.communicate()
        for line in output.splitlines():
            name, told, seconds, peak = line.split("\t")
            found[name] = (told, float(seconds), int(peak))
        started = [name for name in left if name in found]
        for name in started:
            if found[name][0] == "started":
                found[name] = ("died", 0.0, 0)
        left = [name for name in left if name not in found]
        if not started:
            break
    return found


@pytest.fixture(scope="module")
def outcomes() -> dict[str, tuple[str, float, int]]:
    return read_all(NAMES)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_book_ends_as_a_workbook_or_a_typed_error(
    name: str, outcomes: dict[str, tuple[str, float, int]]
) -> None:
    told, seconds, peak = outcomes[name]
    assert seconds < SECONDS_EACH
    assert peak < MEMORY_MIB
    words = told.split()
    if words[0] == "workbook":
        assert set(words[5:]) <= set(CATALOGUE)
    elif told != "text":
        assert words[0] in ("UnsupportedFormatError", "CorruptFileError", "EncryptedFileError", "LimitExceededError")
        assert words[1] in ERROR_MESSAGES
        assert "TELLS" not in words
    if name in EXACTLY:
        assert told == EXACTLY[name]
