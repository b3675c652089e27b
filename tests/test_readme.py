"""The README's commands run, print what it shows, and are all the commands there are."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import typer

from rag.config import Config
from ui.cli import build

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"(?P<mark><!-- not run: .*? -->\n)?```console\n(?P<text>.*?)```", re.DOTALL)
ASKPAPERS = [sys.executable, "-c", "from ui.cli import main; main()"]


@dataclass(frozen=True, slots=True)
class Example:
    """A command of the README with the output shown below it; `…` stands for anything."""

    command: str
    shown: tuple[str, ...]
    runs: bool


def examples() -> Iterator[Example]:
    for block in BLOCK.finditer(README):
        for part in re.split(r"^\$ ", block["text"], flags=re.MULTILINE)[1:]:
            command, *shown = part.splitlines()
            lines = tuple(line for line in shown if line.strip())
            yield Example(command, lines, runs=not block["mark"])


def command_names(app: typer.Typer) -> set[str]:
    """Every command as it is typed, such as `models pull`."""
    group = typer.main.get_command(app)
    names = set()
    for name, command in getattr(group, "commands", {}).items():
        below = getattr(command, "commands", {})
        names |= {f"{name} {sub}" for sub in below} or {name}
    return names


@pytest.fixture(scope="module")
def typed() -> list[str]:
    return [example.command.removeprefix("askpapers ") for example in examples()]


def test_every_command_line_is_of_askpapers(typed: list[str]) -> None:
    assert typed
    assert all(example.command.startswith("askpapers ") for example in examples())


def test_every_command_appears_in_the_readme(typed: list[str]) -> None:
    missing = {n for n in command_names(build()) if not any(t.startswith(n) for t in typed)}
    assert not missing


def test_every_setting_appears_in_the_readme() -> None:
    config = (ROOT / "rag" / "config.py").read_text(encoding="utf-8")
    settings = set(re.findall(r'"((?:ASKPAPERS|OPENAI|HF)_[A-Z_]+)"', config))
    assert settings
    assert not {name for name in settings if f"`{name}`" not in README}


@pytest.mark.parametrize("make", ["chat", "test"])
def test_the_make_targets_of_the_readme_exist(make: str) -> None:
    assert f"\nmake {make}\n" in README
    assert re.search(rf"^{make}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("example", [e for e in examples() if e.runs], ids=lambda e: e.command)
def test_the_readme_shows_what_the_command_prints(example: Example, sample_copy: Config) -> None:
    done = subprocess.run(
        ASKPAPERS + shlex.split(example.command)[1:],
        cwd=ROOT,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    printed = " ".join((done.stdout + done.stderr).split())
    for line in example.shown:
        pattern = ".*?".join(re.escape(" ".join(part.split())) for part in line.split("…"))
        assert re.search(pattern, printed), f"{line!r} is not in:\n{done.stdout}"
