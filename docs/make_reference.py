"""Write docs/reference.md from the docstrings, the issue catalogue and the error table.

    python docs/make_reference.py

A test compares the page with what this makes, so that neither runs away from the other.
"""

from __future__ import annotations

import enum
import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import qooper_ingest as qi
from qooper_ingest.errors import ERROR_MESSAGES

PAGE: Final = Path(__file__).with_name("reference.md")

#: Modules that a host imports beside the package itself.
MODULES: Final = ("qooper_ingest.testing", "qooper_ingest.report", "qooper_ingest.template")

LEAD: Final = """# Reference

Made from the docstrings and the catalogue (`make docs`). Everything here is public: names, codes, columns and their meaning change
only with a major release. `import qooper_ingest as qi` gives all names but those of the modules at the end.

* [Verbs](#verbs) · [Values](#values) · [Errors](#errors) · [Error codes](#error-codes) · [Issue codes](#issue-codes) ·
  [Other modules](#other-modules)
"""


def reference() -> str:
    """The whole page."""
    return re.sub(r"\n{3,}", "\n\n", "\n".join(_page())).rstrip() + "\n"


def _page() -> Iterator[str]:
    public = {name: getattr(qi, name) for name in qi.__all__}
    yield LEAD
    yield "## Verbs\n"
    for name, value in sorted(public.items()):
        if inspect.isfunction(value):
            yield from _function(name, value)
    yield "## Values\n"
    for name, value in sorted(public.items()):
        if inspect.isclass(value) and not issubclass(value, Exception):
            yield from _class(name, value)
    for name, value in sorted(public.items()):
        if not callable(value) or not (inspect.isclass(value) or inspect.isfunction(value)):
            yield from _constant(name, value)
    yield "## Errors\n"
    yield _tree(inspect.getdoc(importlib.import_module("qooper_ingest.errors")) or "")
    for name, value in sorted(public.items()):
        if inspect.isclass(value) and issubclass(value, Exception):
            yield f"* `{name}`: {_first(value)}"
    yield "\nEvery error has:\n"
    yield _prose(_arguments(qi.IngestError)).partition("**Args**:\n")[2].strip("\n")
    yield "* `message`: The sentence for the person concerned, made from the table below; `str(error)` is the same with the place."
    yield "\n## Error codes\n"
    yield "| Code | Message |\n|---|---|"
    for code, message in sorted(ERROR_MESSAGES.items()):
        yield f"| `{code}` | {_cell(message)} |"
    yield "\n## Issue codes\n"
    yield "The sentence is made when a page of issues is shown: the place, what was found, what to do.\n"
    yield "| Code | Severity | What was found | What to do |\n|---|---|---|---|"
    for code, info in sorted(qi.CATALOGUE.items()):
        yield f"| `{code}` | {info.severity.value} | {_cell(info.template)} | {_cell(info.hint)} |"
    yield "\n## Other modules\n"
    for path in MODULES:
        module = importlib.import_module(path)
        yield f"### {path}\n"
        yield _prose(inspect.getdoc(module) or "")
        for name in sorted(module.__all__):
            value = getattr(module, name)
            if inspect.isfunction(value):
                yield from _function(name, value, level=4)
            elif inspect.isclass(value):
                yield from _class(name, value, level=4)


def _function(name: str, value: Any, *, level: int = 3) -> Iterator[str]:
    yield f"{'#' * level} {name}\n"
    yield f"```text\n{_signature(name, value)}\n```\n"
    yield _prose(inspect.getdoc(value) or "")
    yield ""


def _class(name: str, value: Any, *, level: int = 3) -> Iterator[str]:
    yield f"{'#' * level} {name}\n"
    own = value.__dict__.get("__doc__") or ""
    # A dataclass or an enumeration without words of its own would show its machine-made signature.
    yield _prose(inspect.cleandoc(own) if own and not own.startswith(f"{name}(") else "")
    if issubclass(value, enum.Enum):
        yield f"\nOne of {', '.join(f'`{one.value}`' for one in value)} (`{name}.{next(iter(value)).name}`, …).\n"
    # What every operation has is written once, at the private class that it comes from.
    yield from (
        _prose(_arguments(base))
        for base in value.__mro__[1:]
        if _ours(base) and base.__name__.startswith("_") and _arguments(base)
    )
    members = [line for member in value.__mro__ if _ours(member) for line in _members(member)]
    if members:
        yield ""
        yield from dict.fromkeys(members)
    yield ""


def _arguments(value: Any) -> str:
    """The list of attributes of a class that is not itself public."""
    doc = inspect.cleandoc(value.__dict__.get("__doc__") or "")
    found = re.search(r"^Args.*?(?=^\S(?!rgs)|\Z)", doc, flags=re.MULTILINE | re.DOTALL)
    return found[0].rstrip() if found else ""


def _ours(value: Any) -> bool:
    return str(value.__module__).startswith("qooper_ingest")


def _members(value: Any) -> Iterator[str]:
    """One line per public method and property that has words of its own."""
    for name, member in value.__dict__.items():
        if name.startswith(("_", "model_")):
            continue
        if isinstance(member, property):
            if member.__doc__:
                yield f"* `.{name}`: {_first(member)}"
            continue
        function = getattr(member, "__func__", member)
        if inspect.isfunction(function) and function.__doc__ and _ours(function):
            owner = f"{value.__name__}.{name}" if isinstance(member, (staticmethod, classmethod)) else f".{name}"
            yield f"* `{_signature(owner, function)}`: {_first(function)}"


def _constant(name: str, value: Any) -> Iterator[str]:
    if name.startswith("__") or isinstance(value, MappingProxyType):
        return
    yield f"### {name}\n"
    if name.endswith("_LIMITS"):
        yield "| Limit | Value |\n|---|---|"
        for field in value.__dataclass_fields__:
            held = getattr(value, field)
            yield f"| `{field}` | {f'{held:,}' if isinstance(held, (int, float)) else held} |"
        yield ""
    else:
        kinds = " | ".join(f"`{one.__name__}`" for one in getattr(value, "__args__", ()))
        yield f"{kinds}\n"


def _signature(name: str, function: Any) -> str:
    """The call as it is written, without annotations: types stand in the code, words in the docstring."""
    parameters = [
        parameter.replace(annotation=inspect.Parameter.empty)
        for parameter in inspect.signature(function).parameters.values()
        if parameter.name not in ("self", "cls")
    ]
    shown = []
    seen_positional = False
    for parameter in parameters:
        if parameter.kind is parameter.POSITIONAL_ONLY:
            seen_positional = True
        elif seen_positional:
            shown.append("/")
            seen_positional = False
        if parameter.kind is parameter.KEYWORD_ONLY and "*" not in shown:
            shown.append("*")
        shown.append(_parameter(parameter))
    if seen_positional:
        shown.append("/")
    returns = inspect.signature(function).return_annotation
    arrow = f" -> {returns}" if isinstance(returns, str) else ""
    return f"{name}({', '.join(shown)}){arrow}"


def _parameter(parameter: inspect.Parameter) -> str:
    star = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}.get(parameter.kind, "")
    if parameter.default is parameter.empty:
        return f"{star}{parameter.name}"
    default = parameter.default
    for name in ("DEFAULT_LIMITS", "STRICT_LIMITS"):
        if default is getattr(qi, name):
            return f"{parameter.name}={name}"
    plain = default is None or isinstance(default, (str, int, float, bool, tuple))
    return f"{parameter.name}={default!r}" if plain else f"{parameter.name}={type(default).__name__}()"


def _first(value: Any) -> str:
    """The first paragraph of a docstring, in one line."""
    paragraph = (inspect.getdoc(value) or "").split("\n\n")[0]
    return " ".join(paragraph.split())


def _prose(doc: str) -> str:
    """A docstring as Markdown: examples fenced, sections as lists."""
    out: list[str] = []
    example: list[str] = []
    section = ""

    def close() -> None:
        if example:
            out.extend(["```pycon", *example, "```"])
            example.clear()

    for line in doc.split("\n"):
        if line.startswith(">>>") or (example and line.strip()):
            example.append(line)
            continue
        close()
        heading = re.fullmatch(r"(Args|Returns|Raises|Issues)( \([^)]*\))?:(.*)", line)
        if heading:
            section = heading[1]
            out.extend(["", f"**{section}**{heading[2] or ''}:{heading[3]}"])
            out.extend([] if heading[3].strip() else [""])
        elif section and (item := re.fullmatch(r" {4}(\S.*)", line)):
            if out[-1].startswith(f"**{section}**"):
                out[-1] += f" {item[1]}"
                continue
            named = re.fullmatch(r"([\w`.*, ]+?): (.*)", item[1]) if section in ("Args", "Raises") else None
            out.append(f"* `{named[1].strip('`')}`: {named[2]}" if named else f"* {item[1]}")
        elif section and line.startswith(" " * 8):
            out[-1] += f" {line.strip()}"
        else:
            section = "" if line.strip() else section
            out.append(line)
    close()
    return "\n".join(_code(line) for line in out)


def _code(line: str) -> str:
    """Double back quotes are how docstrings mark code; Markdown needs one."""
    return line.replace("``", "`") if not line.startswith("```") else line


def _tree(doc: str) -> str:
    """The drawing of the hierarchy in the module's docstring."""
    lines = [line[4:] for line in doc.split("\n") if line.startswith("    ")]
    return "```text\n" + "\n".join(lines) + "\n```\n"


def _cell(text: str) -> str:
    """Text inside a table; a place to be filled in is shown as one."""
    return re.sub(r"\{(\w+)\}", r"‹\1›", text.replace("|", "\\|"))


if __name__ == "__main__":
    PAGE.write_text(reference(), encoding="utf-8")
    print(f"wrote {PAGE}")
