"""How much memory reading a file takes at most, measured in a process in which nothing else runs.

Run it: `python -m tests.ingest.reading_peak SHORT LONG`. It prints how many records LONG holds and
the peak in bytes.
"""

from __future__ import annotations

import sys
import tracemalloc
from pathlib import Path

from ingest.readers import read
from ingest.sources import Source
from rag.types import Record


def count_records(path: Path) -> int:
    """Reads the file from beginning to end, keeping nothing."""
    source = Source(path.name, path.name, lambda: path.open("rb"))
    return sum(isinstance(piece, Record) for piece in read(source))


def main() -> None:
    """Read the short file first: what is imported for its kind is none of the long one's memory."""
    short, long = map(Path, sys.argv[1:])
    count_records(short)
    tracemalloc.start()
    count = count_records(long)
    print(count, tracemalloc.get_traced_memory()[1])


if __name__ == "__main__":
    main()
