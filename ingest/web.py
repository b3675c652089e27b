"""Asking a web server: politely, bounded in size and time, with tries for what may pass."""

from __future__ import annotations

import gzip
import io
import time
import zlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import IO, TYPE_CHECKING

from rag.errors import SourceError

if TYPE_CHECKING:
    import httpx
    import tenacity

_PASSING = frozenset({408, 429, 500, 502, 503, 504})
_REDIRECTS = 10
_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Manners:
    """How a server is asked: times in seconds.

    `interval_s` lies between any two requests. `attempts` bounds the tries of a request that met
    a passing failure, `pause_s` is the wait before the second try, doubled for each further one.
    A reply that asks for more than `longest_pause_s` is taken as a refusal. A connection that
    cannot be made at all is not tried again: whoever is offline need not wait. `read_s` bounds
    a silence, `whole_s` and `max_bytes` a reply.
    """

    interval_s: float = 0.0
    attempts: int = 3
    pause_s: float = 2.0
    longest_pause_s: float = 60.0
    connect_s: float = 5.0
    read_s: float = 30.0
    whole_s: float = 300.0
    max_bytes: int = 64 * _MIB


class _Passing(Exception):
    """A failure that may be gone at the next try; `pause_s` is how long the reply asks to wait."""

    def __init__(self, reason: str, pause_s: float = 0.0, remedy: str = "") -> None:
        super().__init__(reason)
        self.pause_s = pause_s
        self.remedy = remedy


@dataclass(slots=True)
class Web:
    """Asks one server, called `name` in errors, never faster than its manners allow.

    `remedy` says what helps when it fails, `hint` how a wrong address is mended, `refusal` what
    helps when it refuses (else the remedy). Content of a kind that begins with one of `unwanted`
    is not read. No error repeats an address: it may hold a password.
    """

    name: str
    remedy: str
    hint: str
    manners: Manners = field(default_factory=Manners)
    headers: Mapping[str, str] = field(default_factory=dict)
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    refusal: str = ""
    unwanted: tuple[str, ...] = ()
    _next_s: float = 0.0  # time of the clock before which nothing may be asked

    def data(
        self, url: str, params: Mapping[str, str] | None = None, also: Collection[int] = ()
    ) -> tuple[int, bytes]:
        """The status of the reply at `url` and its content, unpacked. Raises as `get`."""
        out = io.BytesIO()
        status = self.get(url, out, params, also)
        return status, self._unpacked(out.getvalue())

    def get(
        self,
        url: str,
        out: IO[bytes],
        params: Mapping[str, str] | None = None,
        also: Collection[int] = (),
    ) -> int:
        """The status of the reply at `url`; its content is written to `out`, perhaps as gzip.

        Raises SourceError when the server cannot be reached, keeps failing, sends too much or too
        slowly, or answers neither 200 nor a status of `also`.
        """
        import tenacity

        tries = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(self.manners.attempts),
            wait=self._pause_s,
            retry=tenacity.retry_if_exception_type(_Passing),
            sleep=self.sleep,
            reraise=True,
        )
        try:
            return tries(self._once, url, out, params, also)
        except _Passing as failure:
            times = f", {self.manners.attempts} times in a row" if self.manners.attempts > 1 else ""
            reason = f"{failure}{times}; {failure.remedy or self.remedy}"
            raise SourceError(self.name, reason) from failure

    def _pause_s(self, state: tenacity.RetryCallState) -> float:
        failure = state.outcome.exception() if state.outcome else None
        asked = failure.pause_s if isinstance(failure, _Passing) else 0.0
        doubled = self.manners.pause_s * 2.0 ** (state.attempt_number - 1)
        return max(asked, min(doubled, self.manners.longest_pause_s))

    def _once(
        self, url: str, out: IO[bytes], params: Mapping[str, str] | None, also: Collection[int]
    ) -> int:
        import httpx

        self.sleep(max(0.0, self._next_s - self.clock()))
        out.seek(0)
        out.truncate()
        try:
            return self._stream(url, out, params, also)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise SourceError(self.name, f"cannot be reached; {self.remedy}") from error
        except httpx.TimeoutException as error:
            raise _Passing(f"did not answer within {self.manners.read_s:g} s") from error
        except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
            raise SourceError(
                self.name, f"has or leads to an address that cannot be used; {self.hint}"
            ) from error
        except httpx.TransportError as error:
            raise _Passing(f"broke off its answer ({type(error).__name__})") from error
        except httpx.HTTPError as error:  # too many redirects
            raise SourceError(
                self.name, f"gave no usable answer ({type(error).__name__}); {self.remedy}"
            ) from error
        finally:
            self._next_s = self.clock() + self.manners.interval_s

    def _stream(
        self, url: str, out: IO[bytes], params: Mapping[str, str] | None, also: Collection[int]
    ) -> int:
        import httpx

        timeout = httpx.Timeout(self.manners.read_s, connect=self.manners.connect_s)
        headers = {"User-Agent": "askpapers", "Accept-Encoding": "gzip"} | dict(self.headers)
        began = self.clock()
        with (
            httpx.Client(
                timeout=timeout, follow_redirects=True, max_redirects=_REDIRECTS
            ) as client,
            client.stream("GET", url, params=params, headers=headers) as reply,
        ):
            self._judge(reply, also)
            size = 0
            for block in reply.iter_raw():  # packed: a small reply may unpack to a huge one
                size += len(block)
                if size > self.manners.max_bytes:
                    raise SourceError(self.name, f"sends more than {self._limit()}; {self.remedy}")
                if self.clock() - began > self.manners.whole_s:
                    raise SourceError(
                        self.name,
                        f"was not done sending after {self.manners.whole_s:g} s; {self.remedy}",
                    )
                out.write(block)
        out.seek(0)
        return reply.status_code

    def _judge(self, reply: httpx.Response, also: Collection[int]) -> None:
        """Raises unless the content of this reply is wanted."""
        status = reply.status_code
        if status in _PASSING:
            pause_s = _retry_after(reply)
            if pause_s > self.manners.longest_pause_s:
                raise SourceError(
                    self.name,
                    f"answered {status} and wants to be left alone for {pause_s:,.0f} s;"
                    f" {self._help(status)}",
                )
            raise _Passing(f"answered {status}", pause_s, self._help(status))
        if status != 200 and status not in also:
            raise SourceError(self.name, f"answered {status}; {self._help(status)}")
        coding = reply.headers.get("Content-Encoding", "identity").strip().lower()
        if coding not in ("identity", "", "gzip", "x-gzip"):
            raise SourceError(self.name, f"sends {coding[:20]!r}, which was not asked for")
        kind = reply.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind.startswith(self.unwanted):
            raise SourceError(self.name, f"is {kind[:40]}, which holds no papers to read")

    def _help(self, status: int) -> str:
        if status in (401, 403, 429):
            return self.refusal or self.remedy
        return self.hint if status in (404, 410) else self.remedy

    def _limit(self) -> str:
        return f"{self.manners.max_bytes / _MIB:g} MiB"

    def _unpacked(self, data: bytes) -> bytes:
        if data[:2] != b"\x1f\x8b":
            return data
        try:
            with gzip.open(io.BytesIO(data)) as stream:
                plain = stream.read(self.manners.max_bytes + 1)
        except (EOFError, zlib.error, OSError) as error:
            raise SourceError(self.name, f"sent damaged gzip; {self.remedy}") from error
        if len(plain) > self.manners.max_bytes:
            raise SourceError(self.name, f"sends more than {self._limit()}; {self.remedy}")
        return plain


def _retry_after(reply: httpx.Response) -> float:
    """The seconds that a reply asks to wait, given as such or as a date; 0 if it does not."""
    value = reply.headers.get("Retry-After", "").strip()
    if value.isdecimal():
        return float(value)
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return 0.0
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(UTC)).total_seconds())
