"""The guard around the tests: this machine may be reached, others may not."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from tests.network import Guard


def test_a_connection_to_another_machine_is_refused_and_remembered(guard: Guard) -> None:
    with socket.socket() as sock, pytest.raises(OSError, match="only to loopback"):
        sock.connect(("192.0.2.1", 80))
    assert guard.refused == ["192.0.2.1:80"]
    guard.refused.clear()


def test_a_connection_to_this_machine_goes_through() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as sock:
        sock.connect(server.getsockname())
        assert sock.getpeername() == server.getsockname()


def test_a_test_has_an_empty_home_of_its_own(tmp_path: Path) -> None:
    assert os.environ["ASKPAPERS_HOME"] == str(tmp_path / "home")
    assert not (tmp_path / "home").exists()
    assert "OPENAI_API_KEY" not in os.environ
