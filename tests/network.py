"""What keeps the tests on this machine: a guard that refuses other hosts and remembers them."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from typing import Any


class Guard:
    """Refuses connections that leave this machine, and remembers them.

    The refusal alone could be caught by the code under test and look like bad weather.
    """

    def __init__(self) -> None:
        self.open = False
        self.refused: list[str] = []

    def check(self, family: int, address: Any) -> None:
        if self.open or family not in (socket.AF_INET, socket.AF_INET6):
            return
        host = str(address[0])
        try:
            at_home = ip_address(host).is_loopback
        except ValueError:
            at_home = host == "localhost"
        if not at_home:
            self.refused.append(f"{host}:{address[1]}")
            raise OSError(f"tests may not connect to {host}:{address[1]}, only to loopback")

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Lets connections through while it lasts."""
        before, self.open = self.open, True
        try:
            yield
        finally:
            self.open = before
