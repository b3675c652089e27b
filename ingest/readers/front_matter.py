"""YAML front matter of Markdown files, told as the lines that a page without it would have."""

from __future__ import annotations

from dataclasses import replace

from ingest.readers.page import Line, lines_of

_MOST = 16 * 1024  # characters; what is longer is no front matter
_RULE = "---"
_TOLD = (
    ("Title", ("title",)),
    ("Authors", ("authors", "author")),
    ("Date", ("date", "published", "year", "issued")),
    ("DOI", ("doi",)),
    ("arXiv", ("arxiv", "arxiv_id", "eprint")),
    ("Keywords", ("keywords", "tags", "categories")),
    ("Venue", ("venue", "journal", "container-title", "booktitle")),
    ("Abstract", ("abstract",)),
)  # what a line says first -> the keys that Pandoc, Quarto and Obsidian's Zotero plug-ins write


def page_lines(text: str) -> list[Line]:
    """The lines of a page that are not blank; of front matter with a title, what it says.

    Each of its values is one line, such as "Authors: A, B"; the title is not told again by the
    page's first heading. Where there is none, or it is no YAML, the lines are as they stand.
    """
    lines = lines_of(text)
    if not text.startswith(_RULE + "\n"):
        return lines
    length = text.find(f"\n{_RULE}\n", 3, _MOST)
    said = _values(text[4 : length + 1]) if length > 0 else {}
    if not said.get("Title"):
        return lines
    ends = text.count("\n", 0, length) + 2  # the number of the line that closes it
    told = [Line(1, f"{name}: {value}", False) for name, value in said.items()]
    rest = [line for line in lines if line.number > ends]
    if rest and rest[0].text.lstrip("# ") == said["Title"]:
        rest = rest[1:]
    return [*told, *(replace(line, after_blank=True) for line in rest[:1]), *rest[1:]]


def _values(block: str) -> dict[str, str]:
    import yaml

    try:
        # The base loader knows text, lists and mappings only: a date stays as it is written.
        said = yaml.load(block, Loader=yaml.BaseLoader)  # noqa: S506 - it constructs nothing else
    except (yaml.YAMLError, RecursionError):
        return {}
    if not isinstance(said, dict):
        return {}
    given = {key.lower(): value for key, value in said.items() if isinstance(key, str)}
    found = {name: _first(given, keys) for name, keys in _TOLD}
    return {name: value for name, value in found.items() if value}


def _first(given: dict[str, object], keys: tuple[str, ...]) -> str:
    return next(filter(None, (_line(given.get(key)) for key in keys)), "")


def _line(value: object) -> str:
    """A value as one line; of a list its parts that are text, or have a name."""
    if isinstance(value, dict):
        value = value.get("name")
    if isinstance(value, list):
        parts = (part.get("name") if isinstance(part, dict) else part for part in value)
        value = ", ".join(part for part in parts if isinstance(part, str))
    return " ".join(value.split()) if isinstance(value, str) else ""
