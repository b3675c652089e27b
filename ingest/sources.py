"""Where records come from: files, folders, patterns, standard input; opened or refused."""

from __future__ import annotations

import codecs
import glob
import gzip
import io
import os
import shutil
import tempfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from rag.errors import SourceError

STDIN = "-"
LINE_BYTES = 16 * 1024 * 1024
"""A line may be so long: what bounds the memory for a file of records, one a line."""

_HEAD_BYTES = 256 * 1024  # enough of a source to tell its layout
_PAGE_BYTES = 64 * 1024 * 1024  # a page is read whole
_MIB = 1024 * 1024
_BINARY = "is a binary file, neither PDF nor text"
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""How UTF-16 text begins."""


@dataclass(frozen=True, slots=True)
class Source:
    """Something with a name that can be read from its beginning any number of times.

    `name` is the base name of a file, or `stdin`; `label` what the user called it, for errors.
    """

    name: str
    label: str
    open: Callable[[], BinaryIO]

    def head(self) -> bytes:
        """The first 256 KiB, unpacked. Raises SourceError if it cannot be read."""
        with _translated(self.label), closing(self._unpacked()) as stream:
            return stream.read(_HEAD_BYTES)

    def data(self, most: int = _PAGE_BYTES) -> bytes:
        """All of it, unpacked. Raises SourceError if it cannot be read or is over `most` bytes."""
        with _translated(self.label), closing(self._unpacked()) as stream:
            data = stream.read(most + 1)
        if len(data) > most:
            raise SourceError(
                self.label,
                f"is larger than {most // _MIB} MiB, too large for one page; give many papers as"
                " JSONL, CSV, BibTeX or RIS",
            )
        return data

    def text(self) -> str:
        """All of it as text, without a byte order mark, every line end `\\n`.

        Raises SourceError if it cannot be read, is neither UTF-8 nor UTF-16 with its mark, or is
        larger than 64 MiB.
        """
        data = self.data()
        encoding = "utf-16" if data.startswith(UTF16) else "utf-8-sig"
        with _translated(self.label):
            text = io.TextIOWrapper(io.BytesIO(data), encoding=encoding).read()
        if "\0" in text:
            raise SourceError(self.label, _BINARY)
        return text

    def lines(self) -> Iterator[bytes]:
        """Its lines one at a time, without byte order mark and their ends, of whatever system.

        Of a line longer than `LINE_BYTES` the first `LINE_BYTES + 1` bytes are given, the rest is
        passed over. Raises SourceError if it cannot be read (further).
        """
        with _translated(self.label), closing(self._unpacked()) as stream:
            mark = codecs.BOM_UTF8
            while line := stream.readline(LINE_BYTES + 1):
                line, mark = line.removeprefix(mark), b""
                if len(line) > LINE_BYTES and not line.endswith(b"\n"):
                    yield line
                    _pass_over_line(stream)
                else:
                    whole = line.removesuffix(b"\n").removesuffix(b"\r")
                    yield from whole.split(b"\r") if b"\r" in whole else (whole,)

    @contextmanager
    def stream(self) -> Iterator[BinaryIO]:
        """Its bytes, unpacked, to read from. Raises SourceError if it cannot be read (further)."""
        with _translated(self.label), closing(self._unpacked()) as stream:
            yield stream

    def _unpacked(self) -> BinaryIO:
        stream = self.open()
        packed = stream.read(2) == b"\x1f\x8b"
        stream.seek(0)
        return gzip.open(stream) if packed else stream  # type: ignore[return-value]  # GzipFile is a BinaryIO in all but name


def _pass_over_line(stream: BinaryIO) -> None:
    """Read on to the end of a line that is too long to be kept."""
    while (piece := stream.readline(LINE_BYTES)) and not piece.endswith(b"\n"):
        pass


@contextmanager
def _translated(label: str) -> Iterator[None]:
    """Turns what can go wrong while reading into SourceError."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise SourceError(label, not_utf8(error)) from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise SourceError(
            label, f"is damaged gzip ({error}); fetch it again, or unpack it"
        ) from error
    except OSError as error:
        raise SourceError(label, _os_reason(error)) from error


def not_utf8(error: UnicodeDecodeError) -> str:
    """Why text is refused that is in no encoding that can be told."""
    if error.encoding.startswith("utf-16"):
        return f"is not UTF-16 text, though its mark says so ({error.reason}); save it as UTF-8"
    where = f"byte 0x{error.object[error.start]:02x}"
    return (
        f"is not UTF-8 text ({where}: {error.reason}); save it as UTF-8, for instance with"
        " `iconv -f latin1 -t utf-8`"
    )


def _os_reason(error: OSError) -> str:
    return f"cannot be read ({error.strerror or error}); check the path and its permissions"


def fault(head: bytes) -> str:
    """Why a source that begins with `head` is nothing that can be read; empty if it may be text."""
    if not head.strip(codecs.BOM_UTF8 + b" \t\r\n\f"):
        return "is empty; there is nothing to read"
    if not head.startswith(UTF16) and b"\0" in head:
        return _BINARY
    return ""


@dataclass(frozen=True, slots=True)
class Place:
    """What one argument of the user stands for.

    `several` is true for a folder or a pattern: there one bad file does not spoil the rest.
    `folder` is the folder, if it is one. `named` is true where several were named one by one:
    each of them is expected to hold papers.
    """

    label: str
    sources: tuple[Source, ...]
    several: bool
    folder: Path | None = None
    named: bool = False


def find(name: str, stdin: BinaryIO) -> Place:
    """The sources behind a path, a folder, a pattern, or `-`.

    Folders are read with all below them; hidden files are left alone. Raises SourceError if
    there is nothing.
    """
    with _translated("standard input" if name == STDIN else name):
        return _find(name, stdin)


def _find(name: str, stdin: BinaryIO) -> Place:
    if name == STDIN:
        return Place("standard input", (_spooled(stdin, "stdin", "standard input"),), several=False)
    path = Path(name).expanduser()
    if not path.exists() and glob.has_magic(name):
        paths = [Path(p) for p in glob.glob(str(path), recursive=True)]  # noqa: PTH207 - takes absolute patterns too
        files = sorted({f for p in paths for f in (_below(p) if p.is_dir() else [p])})
        if not files:
            raise SourceError(name, "no file matches this pattern; check it, or give a folder")
        return Place(name, tuple(map(_file, files)), several=True)
    if path.is_dir():
        files = _below(path)
        if not files:
            raise SourceError(name, "is a folder without a file in it; give one that holds pages")
        return Place(name, tuple(map(_file, files)), several=True, folder=path)
    if not path.exists():
        raise SourceError(name, "does not exist; check the path")
    return Place(name, (_file(path),), several=False)


def _below(folder: Path) -> list[Path]:
    """Every file below `folder`, and what cannot be looked into: it is missed when it is opened."""
    found: list[Path] = []

    def missed(error: OSError) -> None:
        found.append(Path(error.filename))

    for place, folders, names in os.walk(folder, onerror=missed):
        folders[:] = [name for name in folders if not name.startswith(".")]
        paths = (Path(place, name) for name in names if not name.startswith("."))
        found += [path for path in paths if path.is_file() or not path.exists()]
    return sorted(found)


def _file(path: Path) -> Source:
    if path.is_fifo():  # a shell's `<(command)`: it can be read but once
        with path.open("rb") as pipe:
            return _spooled(pipe, path.name, str(path))
    return Source(path.name, str(path), lambda: path.open("rb"))


def _spooled(stream: BinaryIO, name: str, label: str) -> Source:
    """What can be read only once, kept in a temporary file so that it can be read again."""
    spool = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as its Source
    shutil.copyfileobj(stream, spool)

    def again() -> BinaryIO:
        spool.seek(0)  # the duplicate shares the position
        return os.fdopen(os.dup(spool.fileno()), "rb")

    return Source(name, label, again)


def sample_sources() -> Sequence[str]:
    """The paths of the pages shipped with askpapers, the sample library."""
    return sorted(str(path) for path in (Path(__file__).parent / "sample").glob("*.txt"))
