"""The encodings that reference managers and spreadsheets write, as lines of text.

UTF-8, UTF-16 with its mark, and Windows-1252 (which holds Latin-1's letters) line by line: files
put together from several exports mix them, and a line of Western text in Windows-1252 that
happens to be good UTF-8 does not occur in practice.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator

from ingest.sources import LINE_BYTES, UTF16, Source, not_utf8
from rag.errors import SourceError

_FOREIGN_SHARE = 0.4
"""Of a Western line's letters fewer are accented; more say that the line is in another script."""


def text_lines(source: Source) -> Iterator[str]:
    """The lines of `source` as text, without their ends; one over `LINE_BYTES` is cut.

    Raises SourceError if it cannot be read, or is in none of the encodings above.
    """
    if source.head().startswith(UTF16):
        yield from _utf16_lines(source)
        return
    for raw in source.lines():
        try:
            yield raw.decode()
        except UnicodeDecodeError as error:
            if len(raw) > LINE_BYTES and error.start >= len(raw) - 3:
                yield raw[: error.start].decode()  # cut within a character
            else:
                yield _western(source, raw, error)


def head_text(head: bytes) -> str:
    """The beginning of a source as text, leniently, to recognise its layout by."""
    if head.startswith(UTF16):
        return head.decode("utf-16", errors="replace")
    return head.removeprefix(codecs.BOM_UTF8).decode(errors="replace")


def _western(source: Source, raw: bytes, error: UnicodeDecodeError) -> str:
    try:
        text = raw.decode("cp1252")
    except UnicodeDecodeError:
        raise SourceError(source.label, not_utf8(error)) from error
    accented = sum(byte >= 0x80 for byte in raw)
    letters = sum(char.isalpha() for char in text)
    if accented > max(3, _FOREIGN_SHARE * letters):
        raise SourceError(source.label, not_utf8(error)) from error
    return text


def _utf16_lines(source: Source) -> Iterator[str]:
    with source.stream() as stream:
        text = io.TextIOWrapper(stream, encoding="utf-16")
        while line := text.readline(LINE_BYTES):
            yield line.removesuffix("\n")
