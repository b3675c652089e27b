"""What is set in the app is kept with the library, save for the endpoint's key."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rag.config import Config
from rag.errors import ConfigError
from rag.settings import DEFAULTS, Settings
from rag.stored.catalogue import Catalogue
from ui.app.knobs import META, Endpoint, Knobs

KEY = "sk-very-secret-0123456789"
HERE = Endpoint("http://127.0.0.1:9/v1/", "tiny", KEY)


@pytest.fixture
def catalogue() -> Catalogue:
    return Catalogue(Path(":memory:"))


def config(tmp_path: Path, **changes: str) -> Config:
    return replace(Config(tmp_path, tmp_path), **changes)  # type: ignore[arg-type]  # all are texts


def test_a_first_visit_finds_the_defaults(catalogue: Catalogue, tmp_path: Path) -> None:
    knobs = Knobs(catalogue, config(tmp_path))
    assert knobs.settings == DEFAULTS
    assert knobs.theme == "system"
    assert knobs.backend == "extractive"


def test_what_is_set_is_there_after_a_restart(catalogue: Catalogue, tmp_path: Path) -> None:
    knobs = Knobs(catalogue, config(tmp_path))
    knobs.answer_with(Settings(quotes=6, drafts=3, failing="mark"))
    knobs.choose("local")
    knobs.paint("dark")
    again = Knobs(catalogue, config(tmp_path))
    assert again.settings == Settings(quotes=6, drafts=3, failing="mark")
    assert again.backend == "local"
    assert again.theme == "dark"


def test_the_chat_model_of_the_command_line_goes_before_the_one_kept(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    Knobs(catalogue, config(tmp_path)).choose("local")
    assert Knobs(catalogue, config(tmp_path, backend="extractive")).backend == "extractive"


def test_an_endpoint_s_key_is_known_to_the_process_and_kept_nowhere(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    knobs = Knobs(catalogue, config(tmp_path))
    knobs.reach(HERE)
    assert knobs.backend == "openai:tiny"
    assert knobs.config.openai_key == KEY
    assert knobs.config.openai_base_url == "http://127.0.0.1:9/v1"
    assert KEY not in str(catalogue.meta(META))
    assert KEY not in f"{knobs.chosen!r}{knobs.config!r}"
    again = Knobs(catalogue, config(tmp_path))
    assert again.backend == "openai:tiny"
    assert again.config.openai_key == ""


def test_openai_s_own_endpoint_is_not_asked_without_a_key_after_a_restart(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    Knobs(catalogue, config(tmp_path)).reach(Endpoint("", "gpt-4o-mini", KEY))
    assert Knobs(catalogue, config(tmp_path)).backend == "extractive"
    assert Knobs(catalogue, config(tmp_path, openai_key="sk-env")).backend == "openai:gpt-4o-mini"


def test_the_environment_s_key_goes_to_no_address_that_was_typed_on_the_page(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    knobs = Knobs(catalogue, config(tmp_path, openai_key="sk-env"))
    assert knobs.key_for("") == "sk-env"
    assert knobs.key_for("http://elsewhere/v1") == ""
    knobs.reach(Endpoint("http://elsewhere/v1", "m"))
    assert knobs.config.openai_key == ""


@pytest.mark.parametrize(
    "url",
    [
        "ftp://host/v1",
        "http://user:pass@host/v1",
        "http://host/v1?key=k",
        "host:1",
        "http://h:0/v1",
    ],
)
def test_an_address_that_cannot_be_used_or_holds_a_secret_is_refused(
    catalogue: Catalogue, tmp_path: Path, url: str
) -> None:
    with pytest.raises(ConfigError, match="address of the endpoint"):
        Knobs(catalogue, config(tmp_path)).reach(Endpoint(url, "m"))


def test_whoever_answers_is_told_of_each_change(catalogue: Catalogue, tmp_path: Path) -> None:
    told: list[tuple[str, int]] = []
    knobs = Knobs(catalogue, config(tmp_path), lambda c, s: told.append((c.backend, s.quotes)))
    knobs.choose("extractive")
    knobs.answer_with(Settings(quotes=2))
    knobs.reset()
    assert told == [("auto", 4), ("extractive", 4), ("extractive", 2), ("auto", 4)]


def test_what_another_version_kept_and_this_one_cannot_use_is_left_out(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    kept = '{"backend": "telepathy", "theme": "plaid", "settings": {"quotes": 99, "drafts": 2}}'
    catalogue.set_meta(META, kept)
    knobs = Knobs(catalogue, config(tmp_path))
    assert knobs.backend == "extractive"
    assert knobs.theme == "system"
    assert knobs.settings == Settings(drafts=2)
