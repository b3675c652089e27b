"""What stands between the network and the app, put together: guard, gate, limits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import FastAPI

    from ui.http.passwords import Password


@dataclass(frozen=True, slots=True)
class Protection:
    """Who may ask, and how much.

    Without a `password` only this machine is answered; with one, `session_key` signs the cookies
    of those who gave it. `a_minute` questions by one address: see `ui.http.limits.Limits`.
    """

    password: Password | None = None
    session_key: bytes = field(default=b"", repr=False)
    a_minute: int | None = None

    def stand_before(self, app: FastAPI) -> None:
        """Every request to `app` passes the guard, then the gate, then the limits."""
        from ui.http.gate import Gate
        from ui.http.guard import Guard
        from ui.http.limits import Limits

        app.add_middleware(Limits, a_minute=self.a_minute)
        if self.password:
            app.add_middleware(Gate, password=self.password, key=self.session_key)
        app.add_middleware(Guard, gated=self.password is not None)
