"""The examples of docs/programs.md do what the page says, on a real server with sample papers."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.config import Config
from rag.library import Library
from rag.models.embed import Embedder
from tests.ui.running import serving
from ui.http.api import make_app
from ui.opening import Answerers

PAGE = (Path(__file__).parents[2] / "docs" / "programs.md").read_text(encoding="utf-8")
EXAMPLE = re.compile(r"```python\n(.*?)```\n```text\n(.*?)```", re.DOTALL)
HERE = "http://127.0.0.1:7860"


@pytest.fixture
def url(sample_copy: Config, embedder: Embedder) -> Iterator[str]:
    """The whole app over a copy of the sample library, without a chat model."""
    with Library.open(sample_copy, embedder) as library:
        answerers = Answerers(library, sample_copy)
        app = make_app(library, answerers, sample_copy, summarisers=answerers.summariser)
        with serving(app) as address:
            yield address


def test_every_python_example_shows_what_it_prints() -> None:
    assert len(EXAMPLE.findall(PAGE)) == PAGE.count("```python") > 0


def test_the_examples_print_what_the_page_shows(url: str) -> None:
    for number, (code, shown) in enumerate(EXAMPLE.findall(PAGE), start=1):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(code.replace(HERE, url), f"example {number}", "exec"), {})
        pattern = r"\s*".join(
            ".*?".join(re.escape(part) for part in line.split("…")) for line in shown.splitlines()
        )
        assert re.fullmatch(pattern, printed.getvalue().strip(), re.DOTALL), (
            f"{code}\nprinted:\n{printed.getvalue()}"
        )
