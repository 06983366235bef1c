"""What the site adds to the pages of docs/: the project's pages from the root, and links that hold inside the site.

The pages are written to be read in the repository as well, so their links go to files: ``../CONTRIBUTING.md``, ``docs/identity.md``.
Here every such link is turned to the page it has become; a link to a file that is no page (a script, an example) becomes its
path as text. A link to a file that is not there ends the build. Nothing is fetched.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any, Final

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT: Final = Path(__file__).resolve().parents[2]

#: Page of the site → file of the repository that it is made from.
BORROWED: Final = {
    "index.md": "README.md",
    "contributing.md": "CONTRIBUTING.md",
    "security.md": "SECURITY.md",
    "changes.md": "CHANGELOG.md",
    "figures.md": "benchmarks/README.md",
}
PAGES: Final = {source: page for page, source in BORROWED.items()}

#: Files beside the pages, and where the site has them.
ASSETS: Final = {
    "llms.txt": "docs/llms.txt",
    "assets/iframe-worker.js": "docs/site/iframe-worker.js",
    "assets/site.css": "docs/site/site.css",
}

_LINK: Final = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(([^)\s]+)\)")
_FENCE: Final = re.compile(r"^(```.*?^```)", flags=re.MULTILINE | re.DOTALL)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    for page, source in BORROWED.items():
        files.append(File.generated(config, page, content=(ROOT / source).read_text(encoding="utf-8")))
    for target, source in ASSETS.items():
        if (existing := files.get_file_from_path(target)) is not None:
            files.remove(existing)
        files.append(File.generated(config, target, content=(ROOT / source).read_text(encoding="utf-8")))
    for picture in re.findall(
        r"\]\(((?!https?:)[^)\s]+\.(?:svg|png|webp))\)", (ROOT / "benchmarks/README.md").read_text(encoding="utf-8")
    ):
        files.append(File.generated(config, picture, content=(ROOT / "benchmarks" / picture).read_bytes()))
    return files


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Turn the links of a page, outside of its code, to where the site has what they mean."""
    here = page.file.src_uri
    source = BORROWED.get(here, f"docs/{here}")
    parts = _FENCE.split(markdown)
    return "".join(
        part if part.startswith("```") else _LINK.sub(lambda found: _turned(found, source, here), part)
        for part in parts
    )


def _turned(found: re.Match[str], source: str, here: str) -> str:
    picture, label, target = found.groups()
    if re.match(r"[a-z]+:|#", target):
        return found[0]
    path, _, anchor = target.partition("#")
    meant = posixpath.normpath(posixpath.join(posixpath.dirname(source), path))
    if not (ROOT / meant).exists():
        raise PluginError(f"{source}: the link {target} leads nowhere")
    if meant in PAGES:
        to = PAGES[meant]
    elif meant.startswith("docs/") and meant.endswith(
        (".md", ".svg", ".png", ".webp", ".json", ".ts", ".txt", ".ipynb")
    ):
        to = meant.removeprefix("docs/")
    elif picture:
        to = meant.removeprefix("benchmarks/")
    else:
        return f"{label} (`{meant}`)" if label.strip("`") != meant else f"`{meant}`"
    relative = posixpath.relpath(to, posixpath.dirname(here) or ".")
    return f"{picture}[{label}]({relative}{'#' + anchor if anchor else ''})"


def on_post_build(config: MkDocsConfig, **_: Any) -> None:
    """Refuse a page that would load anything from another server."""
    for page in Path(config.site_dir).rglob("*.html"):
        loaded = re.findall(
            r"<(?:script|link|img|iframe)\b[^>]*?(?:src|href)=\"?(https?://[^\s\">]+)", page.read_text(encoding="utf-8")
        )
        strangers = [url for url in loaded if "canonical" not in url]
        if strangers:
            raise PluginError(f"{page.name} loads {strangers[0]}")
    for page in Path(config.docs_dir).glob("*.md"):  # llms.txt links to the text of the pages
        (Path(config.site_dir) / page.name).write_text(page.read_text(encoding="utf-8"), encoding="utf-8")
    for page_name, source in BORROWED.items():
        (Path(config.site_dir) / page_name).write_text((ROOT / source).read_text(encoding="utf-8"), encoding="utf-8")
