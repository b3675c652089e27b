"""The lines of a PDF's first pages with their type sizes, as JSON; run as a process of its own.

PDFium is C++ and PDFs are what attackers send: here it may crash, loop or ask for all memory, and
only this process ends. Standard input is the PDF, standard output one JSON object: `title` and
`author` (the metadata), `pages` (for each page its lines, top to bottom as the file has them,
each `[text, size in points, is it upright]`), or `fault` with a reason.
"""

from __future__ import annotations

import ctypes
import json
import math
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

PAGES = 3
_PAGE_CHARS = 20_000  # of one page; a full one has six thousand
_MEMORY = 2 << 30
_UPRIGHT = math.radians(5)  # a stamp in the margin is turned by a quarter
_ENCRYPTED = 4  # PDFium's FPDF_ERR_PASSWORD


def main(seconds: int) -> None:
    """Read a PDF from standard input, within `seconds` of processor time."""
    _limit(seconds)
    json.dump(_read(sys.stdin.buffer.read()), sys.stdout)


def _limit(seconds: int) -> None:
    try:
        import resource
    except ImportError:  # not on Windows: there only the caller's clock ends it
        return
    limits = {
        resource.RLIMIT_CPU: (seconds, seconds + 1),
        resource.RLIMIT_AS: (_MEMORY, _MEMORY),
        resource.RLIMIT_CORE: (0, 0),
    }
    for name, limit in limits.items():
        with suppress(ValueError, OSError):  # where stricter ones hold, or the system has none
            resource.setrlimit(name, limit)


def _read(data: bytes) -> dict[str, Any]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", 0) == _ENCRYPTED:
            return {"fault": "is encrypted with a password; save it without one"}
        return {"fault": f"is a damaged PDF ({error}); fetch it again"}
    metadata = document.get_metadata_dict()
    pages = []
    for number in range(min(len(document), PAGES)):
        try:
            pages.append(_lines(document[number].get_textpage()))
        except pypdfium2.PdfiumError as error:
            if not number:
                return {"fault": f"is a damaged PDF (its first page: {error}); fetch it again"}
            break
    return {"title": metadata["Title"], "author": metadata["Author"], "pages": pages}


def _lines(page: Any) -> list[tuple[str, float, bool]]:
    """The lines of a page, broken where PDFium breaks them or the baseline moves."""
    import pypdfium2.raw as pdfium

    matrix = pdfium.FS_MATRIX()
    x, y = ctypes.c_double(), ctypes.c_double()
    lines: list[tuple[str, float, bool]] = []
    line = _Line()
    for i in range(min(page.count_chars(), _PAGE_CHARS)):
        char = _char(pdfium.FPDFText_GetUnicode(page, i))
        if char == "\n":
            line = line.ended(lines)
        elif char.isspace() or pdfium.FPDFText_IsGenerated(page, i) == 1:
            line.text.append(char)
        else:
            pdfium.FPDFText_GetMatrix(page, i, ctypes.byref(matrix))
            pdfium.FPDFText_GetCharOrigin(page, i, ctypes.byref(x), ctypes.byref(y))
            size = pdfium.FPDFText_GetFontSize(page, i) * math.hypot(matrix.c, matrix.d)
            angle = pdfium.FPDFText_GetCharAngle(page, i)
            upright = not _UPRIGHT < angle < 2 * math.pi - _UPRIGHT
            if upright and line.sizes and abs(y.value - line.baseline) > 0.7 * line.sizes[-1]:
                line = line.ended(lines)
            if not line.sizes or size >= line.sizes[-1]:  # not a superscript's
                line.baseline = y.value
            line.text.append(char)
            line.sizes.append(round(size, 1))
            line.upright += upright
    line.ended(lines)
    return lines


@dataclass(slots=True)
class _Line:
    """A line as its letters come: their sizes in points, how many are upright."""

    text: list[str] = field(default_factory=list)
    sizes: list[float] = field(default_factory=list)
    upright: int = 0
    baseline: float = 0.0

    def ended(self, lines: list[tuple[str, float, bool]]) -> _Line:
        """Put this line to `lines`, if it has letters; a new one."""
        whole = "".join(self.text).strip()
        if whole and self.sizes:
            size = sorted(self.sizes)[len(self.sizes) // 2]
            lines.append((whole, size, 2 * self.upright > len(self.sizes)))
        return _Line()


def _char(code: int) -> str:
    """A character; PDFium marks a hyphen at a line's end as 2 or U+FFFE."""
    if code in (2, 0xFFFE, 0xAD):
        return "\u00ad"
    if code == 0 or 0xD800 <= code < 0xE000 or code > 0x10FFFF:
        return "\ufffd"
    char = chr(code)
    return char if char == "\n" or char.isprintable() else " "


if __name__ == "__main__":
    main(int(sys.argv[1]))
