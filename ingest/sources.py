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
_HEAD_BYTES = 256 * 1024  # enough of a source to tell its layout
_PAGE_BYTES = 64 * 1024 * 1024  # a page is read whole
_LINE_CHARS = 16 * 1024 * 1024  # bounds the memory for a file of records, one a line
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


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

    def text(self) -> str:
        """All of it as text, without a byte order mark, every line end `\\n`.

        Raises SourceError if it cannot be read, is not UTF-8, or is larger than 64 MiB.
        """
        with _translated(self.label), closing(self._unpacked()) as stream:
            data = stream.read(_PAGE_BYTES + 1)
            if len(data) > _PAGE_BYTES:
                raise SourceError(
                    self.label, "is larger than 64 MiB, too large for a page; give it as JSONL"
                )
            return io.TextIOWrapper(io.BytesIO(data), encoding="utf-8-sig").read()

    def lines(self) -> Iterator[str]:
        """Its lines as text, one at a time, without their ends. Raises SourceError as `text`."""
        with _translated(self.label), closing(self._unpacked()) as stream:
            text = io.TextIOWrapper(stream, encoding="utf-8-sig")
            while line := text.readline(_LINE_CHARS):
                if len(line) == _LINE_CHARS:
                    raise SourceError(self.label, "has a line of over 16 million characters")
                yield line.rstrip("\n")

    def _unpacked(self) -> BinaryIO:
        stream = self.open()
        packed = stream.read(2) == b"\x1f\x8b"
        stream.seek(0)
        return gzip.open(stream) if packed else stream  # type: ignore[return-value]  # GzipFile is a BinaryIO in all but name


@contextmanager
def _translated(label: str) -> Iterator[None]:
    """Turns what can go wrong while reading into SourceError."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise SourceError(label, _not_utf8(error)) from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise SourceError(
            label, f"is damaged gzip ({error}); fetch it again, or unpack it"
        ) from error
    except OSError as error:
        raise SourceError(label, _os_reason(error)) from error


def _not_utf8(error: UnicodeDecodeError) -> str:
    where = f"byte 0x{error.object[error.start]:02x}"
    return (
        f"is not UTF-8 text ({where}: {error.reason}); save it as UTF-8, for instance with"
        " `iconv -f latin1 -t utf-8`"
    )


def _os_reason(error: OSError) -> str:
    return f"cannot be read ({error.strerror or error}); check the path and its permissions"


def fault(head: bytes) -> str:
    """Why a source that begins with `head` is no text at all; empty if it may be text."""
    if not head.strip(codecs.BOM_UTF8 + b" \t\r\n\f"):
        return "is empty; there is nothing to read"
    if head.startswith(_UTF16):
        return "is UTF-16 text; save it as UTF-8, for instance with `iconv -f utf-16 -t utf-8`"
    if b"\0" in head:
        return "is a binary file, not text; give a UTF-8 text page or JSONL"
    return ""


@dataclass(frozen=True, slots=True)
class Place:
    """What one argument of the user stands for.

    `several` is true for a folder or a pattern: there one bad file does not spoil the rest.
    """

    label: str
    sources: tuple[Source, ...]
    several: bool


def find(name: str, stdin: BinaryIO) -> Place:
    """The sources behind a path, a folder, a pattern, or `-`.

    Folders are read with all below them; hidden files are left alone. Raises SourceError if
    there is nothing.
    """
    with _translated("standard input" if name == STDIN else name):
        return _find(name, stdin)


def _find(name: str, stdin: BinaryIO) -> Place:
    if name == STDIN:
        return Place("standard input", (_spool(stdin),), several=False)
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
        return Place(name, tuple(map(_file, files)), several=True)
    if not path.exists():
        raise SourceError(name, "does not exist; check the path")
    return Place(name, (_file(path),), several=False)


def _below(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and not any(p.startswith(".") for p in path.relative_to(folder).parts)
    )


def _file(path: Path) -> Source:
    return Source(path.name, str(path), lambda: path.open("rb"))


def _spool(stdin: BinaryIO) -> Source:
    """Standard input, kept in a temporary file so that it can be read again."""
    spool = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as its Source
    shutil.copyfileobj(stdin, spool)

    def again() -> BinaryIO:
        spool.seek(0)  # the duplicate shares the position
        return os.fdopen(os.dup(spool.fileno()), "rb")

    return Source("stdin", "standard input", again)


def sample_sources() -> Sequence[str]:
    """The paths of the pages shipped with askpapers, the sample library."""
    return sorted(str(path) for path in (Path(__file__).parent / "sample").glob("*.txt"))
