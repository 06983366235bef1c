"""A long call says which stage it is in, and ends cleanly where the callback raises."""

from __future__ import annotations

import io

import pytest

import qooper_ingest as qi
from qooper_ingest.progress import STAGES

FILE = b"id,email\n" + b"".join(b"A%d,p%d@corp.example\n" % (n, n) for n in range(50))
SCHEMA = qi.Schema.participants()
NOBODY = qi.Directory.of([])


def test_stages_begin_and_end_in_their_order() -> None:
    seen: list[qi.Progress] = []
    plan = qi.plan_import(io.BytesIO(FILE), schema=SCHEMA, directory=NOBODY, progress=seen.append)
    assert plan == qi.plan_import(FILE, schema=SCHEMA, directory=NOBODY)
    assert list(dict.fromkeys(one.stage for one in seen)) == list(STAGES)
    for stage in STAGES:
        of_stage = [one for one in seen if one.stage == stage]
        assert of_stage[0].done == 0
        assert of_stage[-1].done == of_stage[-1].of > 0
        assert [one.done for one in of_stage] == sorted(one.done for one in of_stage)


def test_a_file_object_is_reported_piece_by_piece() -> None:
    seen: list[qi.Progress] = []
    source = qi.Source.of(io.BytesIO(b"x" * 3_000_000), progress=seen.append)
    assert (len(source.data), len(seen), seen[-1].done) == (3_000_000, 3, 3_000_000)


class Cancelled(Exception):
    pass


@pytest.mark.parametrize("stage", STAGES)
def test_what_the_callback_raises_ends_the_call_and_reaches_the_caller(stage: str) -> None:
    def cancel(progress: qi.Progress) -> None:
        if progress.stage == stage:
            raise Cancelled

    with pytest.raises(Cancelled):
        qi.plan_import(io.BytesIO(FILE), schema=SCHEMA, directory=NOBODY, progress=cancel)


def test_propose_reports_its_own_stages() -> None:
    seen: list[str] = []
    qi.propose(FILE, schema=SCHEMA, progress=lambda one: seen.append(one.stage))
    assert list(dict.fromkeys(seen)) == list(STAGES[:5])
