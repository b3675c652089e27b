"""The app's password: where it is taken from, what is kept of it, what fits."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from rag.config import Config
from rag.errors import ConfigError
from ui.cli import build
from ui.http.passwords import Password, forget, given, keep

SECRET = "correct horse battery"


def test_only_the_hash_is_kept_and_for_its_owner_only(tmp_path: Path) -> None:
    file = keep(SECRET, tmp_path / "home")
    assert SECRET not in file.read_text()
    assert file.read_text().startswith("$argon2id$")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_the_kept_one_fits_and_no_other(tmp_path: Path) -> None:
    keep(SECRET, tmp_path)
    password = given({}, tmp_path)
    assert password is not None
    assert [password.fits(sent) for sent in (SECRET, "", SECRET + " ", SECRET)] == [
        *(True, False, False, True)
    ]


def test_a_file_comes_before_the_environment_and_that_before_the_kept_one(tmp_path: Path) -> None:
    keep("the kept password", tmp_path)
    environ = {"ASKPAPERS_PASSWORD": "of the environment"}
    file = tmp_path / "password.txt"
    file.write_text("of the file\nand no more\n")
    of_file, of_environ = given(environ, tmp_path, file), given(environ, tmp_path)
    assert of_file is not None
    assert of_file.fits("of the file")
    assert of_environ is not None
    assert of_environ.fits("of the environment")


def test_the_environment_may_hold_the_hash_instead(tmp_path: Path) -> None:
    hashed = keep(SECRET, tmp_path).read_text()
    password = given({"ASKPAPERS_PASSWORD": hashed}, tmp_path / "elsewhere")
    assert password is not None
    assert password.fits(SECRET)
    assert not password.fits(hashed)


def test_without_any_there_is_none(tmp_path: Path) -> None:
    assert given({"ASKPAPERS_PASSWORD": ""}, tmp_path) is None
    keep(SECRET, tmp_path)
    assert forget(tmp_path)
    assert not forget(tmp_path)
    assert given({}, tmp_path) is None


def test_what_cannot_be_used_is_told_without_showing_it(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="at least 10") as short:
        given({"ASKPAPERS_PASSWORD": "hunter2"}, tmp_path)
    assert "hunter2" not in str(short.value)
    with pytest.raises(ConfigError, match="askpapers password"):
        Password.of("$argon2id$broken")
    with pytest.raises(ConfigError, match=r"nowhere\.txt"):
        given({}, tmp_path, tmp_path / "nowhere.txt")


def test_the_command_asks_twice_and_keeps_the_hash(config: Config) -> None:
    def run(*words: str, typed: str = "") -> Result:
        return CliRunner().invoke(build(), ["password", *words], input=typed)

    assert "do not match" in run(typed=f"{SECRET}\nanother one\n").output
    assert given({}, config.home) is None
    kept = run(typed=f"{SECRET}\n{SECRET}\n")
    assert kept.exit_code == 0
    assert SECRET not in kept.output
    password = given({}, config.home)
    assert password is not None
    assert password.fits(SECRET)
    assert run("--remove").exit_code == 0
    assert given({}, config.home) is None
