"""Where bytes come from: paths are literal, file objects may fail in any way, and sizes are limited."""

from __future__ import annotations

import array
import contextlib
import hashlib
import io
import os
import pickle
import socket
import tempfile
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import qooper_ingest as qi

FILE = b"id,email\nA1,ann@corp.example\n"
SMALL = replace(qi.DEFAULT_LIMITS, file_bytes=len(FILE))


class Reading:
    """A file object whose ``read`` is a function of how often it was called."""

    def __init__(self, answer: Callable[[int], Any]) -> None:
        self.calls = 0
        self._answer = answer

    def read(self, size: int = -1, /) -> Any:
        self.calls += 1
        return self._answer(self.calls)


def raising(error: BaseException) -> Callable[[int], Any]:
    def answer(calls: int) -> Any:
        raise error

    return answer


def after(parts: list[bytes], error: BaseException) -> Callable[[int], Any]:
    def answer(calls: int) -> Any:
        if calls > len(parts):
            raise error
        return parts[calls - 1]

    return answer


SECRET = "secret@corp.example"
WAYS: dict[str, Callable[[int], Any]] = {
    "os error": raising(OSError(5, SECRET)),
    "closed file": raising(ValueError(SECRET)),
    "time out": raising(TimeoutError(SECRET)),
    "connection lost": raising(ConnectionResetError(SECRET)),
    "permission": raising(PermissionError(SECRET)),
    "out of memory": raising(MemoryError(SECRET)),
    "end of file": raising(EOFError(SECRET)),
    "recursion": raising(RecursionError(SECRET)),
    "lookup": raising(KeyError(SECRET)),
    "stop": raising(StopIteration(SECRET)),
    "assertion": raising(AssertionError(SECRET)),
    "unicode": raising(UnicodeDecodeError("utf-8", b"secret", 0, 1, SECRET)),
    "own kind": raising(type("SecretError", (Exception,), {})(SECRET)),
    "error midway": after([FILE, FILE], OSError(5, SECRET)),
    "error after one byte": after([b"i"], ValueError(SECRET)),
    "nothing to read now": lambda calls: None,
    "text": lambda calls: SECRET,
    "text midway": lambda calls: FILE if calls == 1 else SECRET,
    "none midway": lambda calls: FILE if calls == 1 else None,
    "a number": lambda calls: 7,
    "a list": lambda calls: [105],
    "false": lambda calls: False,
}


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_a_file_object_that_fails_is_a_source_error_that_quotes_nothing(way: str) -> None:
    with pytest.raises(qi.SourceError) as caught:
        qi.read_workbook(Reading(WAYS[way]))  # type: ignore[arg-type]
    error = caught.value
    assert error.code == "source_unreadable"
    assert "secret@" not in str(error)
    assert error.__context__ is None
    assert error.__cause__ is None
    assert pickle.loads(pickle.dumps(error)).message == error.message


def test_a_read_that_is_no_function_is_a_source_error() -> None:
    class Odd:
        read = None

    with pytest.raises(qi.IngestError):
        qi.Source.of(Odd())  # type: ignore[arg-type]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(3), GeneratorExit()])
def test_what_ends_the_program_passes(error: BaseException) -> None:
    with pytest.raises(type(error)):
        qi.Source.of(Reading(raising(error)))  # type: ignore[arg-type]


def test_an_endless_file_stops_at_the_limit() -> None:
    endless = Reading(lambda calls: b"x" * 1000)
    with pytest.raises(qi.LimitExceededError) as caught:
        qi.Source.of(endless, limits=replace(qi.DEFAULT_LIMITS, file_bytes=10_000))  # type: ignore[arg-type]
    assert endless.calls == 11
    assert caught.value.params == {"limit": "file_bytes", "found": 11_000, "allowed": 10_000}


@pytest.mark.parametrize("step", [1, 2, 7])
def test_a_file_that_comes_in_short_reads_is_read_whole(step: int) -> None:
    short = Reading(lambda calls: FILE[(calls - 1) * step : calls * step])
    assert qi.Source.of(short).data == FILE  # type: ignore[arg-type]


def test_a_file_that_gives_more_than_was_asked_for_is_read_whole() -> None:
    assert qi.Source.of(Reading(lambda calls: memoryview(FILE) if calls == 1 else bytearray())).data == FILE  # type: ignore[arg-type]


def test_a_file_is_read_once_and_from_where_it_stands() -> None:
    file = io.BytesIO(b"skipped" + FILE)
    file.seek(7)
    assert qi.Source.of(file).data == FILE
    assert file.read() == b""
    assert not file.closed


@pytest.mark.parametrize(("extra", "fits"), [(-1, True), (0, True), (1, False)])
@pytest.mark.parametrize("kind", ["bytes", "bytearray", "memoryview", "file", "path", "source"])
def test_the_limit_of_a_file_is_exact(kind: str, extra: int, fits: bool, tmp_path: Path) -> None:
    data = (FILE + b"x")[: len(FILE) + extra]
    (tmp_path / "people.csv").write_bytes(data)
    source: Any = {
        "bytes": data,
        "bytearray": bytearray(data),
        "memoryview": memoryview(data),
        "file": io.BytesIO(data),
        "path": tmp_path / "people.csv",
        "source": qi.Source("people.csv", data),
    }[kind]
    if fits:
        assert qi.Source.of(source, limits=SMALL).data == data
    else:
        with pytest.raises(qi.LimitExceededError) as caught:
            qi.Source.of(source, limits=SMALL)
        assert str(len(FILE)) in str(caught.value)


def test_a_view_of_wider_items_is_measured_in_bytes() -> None:
    view = memoryview(array.array("I", [1, 2, 3]))
    with pytest.raises(qi.LimitExceededError):
        qi.Source.of(view, limits=replace(qi.DEFAULT_LIMITS, file_bytes=view.nbytes - 1))
    assert len(qi.Source.of(view).data) == view.nbytes


# -- paths ---------------------------------------------------------------------------------------------------------------


def test_a_path_is_literal_never_a_pattern(tmp_path: Path) -> None:
    (tmp_path / "users1.csv").write_bytes(b"decoy")
    with pytest.raises(qi.SourceError):
        qi.Source.of(tmp_path / "users[12].csv")
    with pytest.raises(qi.SourceError):
        qi.Source.of(str(tmp_path / "*.csv"))
    (tmp_path / "users[12].csv").write_bytes(FILE)
    assert qi.Source.of(tmp_path / "users[12].csv").data == FILE


@pytest.mark.parametrize(
    "path",
    ["http://127.0.0.1:1/people.csv", "file:///etc/hostname", "s3://bucket/people.csv", "~/people.csv", "$HOME/x.csv", "", "."],
)  # fmt: skip
def test_a_path_is_no_address_and_has_no_variables(path: str) -> None:
    with pytest.raises(qi.SourceError) as caught:
        qi.Source.of(path)
    assert caught.value.code == "source_unreadable"
    assert caught.value.__context__ is None


@pytest.mark.parametrize("path", ["a\0b.csv", "\ud800.csv", "x" * 5000])
def test_a_path_that_no_file_can_have_is_a_source_error(path: str) -> None:
    with pytest.raises(qi.SourceError):
        qi.Source.of(path)


def test_a_path_may_be_bytes_in_a_path_object(tmp_path: Path) -> None:
    class BytesPath(os.PathLike[bytes]):
        def __fspath__(self) -> bytes:
            return os.fsencode(tmp_path / "people.csv")

    (tmp_path / "people.csv").write_bytes(FILE)
    assert qi.Source.of(BytesPath()).name == "people.csv"  # type: ignore[arg-type]


@pytest.mark.parametrize("thing", [None, 7, 3.5, ["a"], {"a": 1}, object(), array.array("b", [1])])
def test_what_is_no_source_is_the_caller_s_fault(thing: Any) -> None:
    with pytest.raises(qi.UsageError) as caught:
        qi.Source.of(thing)
    assert caught.value.code == "argument_invalid"


# -- names, digest -------------------------------------------------------------------------------------------------------


def test_a_source_is_named_by_its_path_its_file_or_the_caller(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_bytes(FILE)
    assert qi.Source.of(tmp_path / "people.csv").name == "people.csv"
    assert qi.Source.of(tmp_path / "people.csv", name="mine.csv").name == "mine.csv"
    with open(tmp_path / "people.csv", "rb") as file:
        assert qi.Source.of(file).name == "people.csv"
    with tempfile.TemporaryFile() as file:
        assert qi.Source.of(file).name is None
    assert qi.Source.of(FILE).name is None
    assert qi.Source.of(FILE, name="a.csv").name == "a.csv"


def test_a_file_without_a_usable_name_is_read_all_the_same() -> None:
    class Nameless(io.BytesIO):
        @property
        def name(self) -> str:
            raise RuntimeError("closed")

    assert qi.Source.of(Nameless(FILE)) == qi.Source(None, FILE)


def test_a_name_that_is_no_text_is_shown_with_escapes(tmp_path: Path) -> None:
    path = os.fsdecode(os.fsencode(tmp_path) + b"/p\xff.csv")
    try:
        Path(path).write_bytes(b"%PDF-1.4 not a table")
    except OSError:
        pytest.skip("the file system takes no such name")
    assert qi.Source.of(path).name == "p\\udcff.csv"
    with pytest.raises(qi.SourceError):
        qi.read_workbook(path)


def test_the_digest_is_that_of_the_bytes() -> None:
    source = qi.Source.of(FILE)
    assert source.sha256 == hashlib.sha256(FILE).hexdigest() == source.sha256
    assert qi.read_workbook(source).sha256 == source.sha256
    assert source == qi.Source.of(FILE), "a digest that was computed makes no difference"


def test_a_source_shows_its_size_only() -> None:
    assert repr(qi.Source.of(FILE, name="people.csv")) == "Source('people.csv', 29 bytes)"


def test_options_as_used_read_the_file_again_the_same_way() -> None:
    data = "id;Mail\n1;jos\xe9@corp.example\n".encode("cp1252")
    first = qi.read_workbook(data)
    again = qi.read_workbook(data, options=first.options)
    assert (again.options.encoding, again.options.dialect) == (first.options.encoding, first.options.dialect)
    assert again.sheet().grid.equals(first.sheet().grid)
    assert qi.ReadOptions.model_validate_json(first.options.model_dump_json()) == first.options


# -- what is no file -----------------------------------------------------------------------------------------------------


def special(where: Path, kind: str) -> Path:
    """A path that leads to something that is no file; a test must not open it, because that could wait for ever."""
    path = where / "people.csv"
    match kind:
        case "a named pipe":
            os.mkfifo(path)
        case "a socket":
            with socket.socket(socket.AF_UNIX) as one:
                one.bind(str(path))
        case "a device":
            path.symlink_to("/dev/zero")
    return path


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
@pytest.mark.parametrize("linked", [False, True], ids=["itself", "a link to it"])
@pytest.mark.parametrize("kind", ["a named pipe", "a socket", "a device"])
def test_only_a_regular_file_is_opened(kind: str, linked: bool, tmp_path: Path) -> None:
    path = special(tmp_path, kind)
    if linked:
        (tmp_path / "link.csv").symlink_to(path)
        path = tmp_path / "link.csv"
    with pytest.raises(qi.SourceError) as caught:
        qi.read_workbook(path)
    assert caught.value.code == "special_file"
    assert caught.value.params == {"kind": kind}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_path_that_becomes_a_pipe_before_it_is_opened_does_not_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(FILE)
    before = os.stat(path)
    path.unlink()
    os.mkfifo(path)
    monkeypatch.setattr(os, "stat", lambda *_args, **_named: before)
    with pytest.raises(qi.SourceError) as caught:
        qi.Source.of(str(path))
    assert caught.value.code == "special_file"


def test_a_link_to_a_file_is_read_and_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_bytes(FILE)
    (tmp_path / "link.csv").symlink_to(tmp_path / "people.csv")
    assert qi.Source.of(tmp_path / "link.csv").data == FILE
    with pytest.raises(qi.SourceError) as caught:
        qi.Source.of(tmp_path)
    assert caught.value.code == "source_unreadable"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_that_the_caller_opened_is_read_to_its_end_and_within_the_limit(tmp_path: Path) -> None:
    pipe = tmp_path / "people.csv"
    os.mkfifo(pipe)
    for limit in (1 << 30, 1000):
        writer = threading.Thread(target=lambda: _written(pipe, b"id;email\n" * 40_000))
        writer.start()
        with open(pipe, "rb") as file:
            if limit > 1000:
                assert qi.Source.of(file).data == b"id;email\n" * 40_000
            else:
                with pytest.raises(qi.LimitExceededError, match="file_bytes"):
                    qi.Source.of(file, limits=replace(qi.DEFAULT_LIMITS, file_bytes=limit))
        writer.join()


def _written(pipe: Path, data: bytes) -> None:
    with contextlib.suppress(BrokenPipeError):
        pipe.write_bytes(data)
