"""Sources that are long or hostile: memory does not grow with the file, no time is squared."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest.readers import bibtex, ris
from ingest.readers.page import Piece
from tests.ingest.samples import FERN, OWN, pieces, records, rejects
from tests.ingest.test_fuzz import check, no_hang

ROOT = Path(__file__).parents[2]
FILE_BYTES = 6_000_000
PEAK_BYTES = 3_000_000  # of which the head, read to tell the layout, is the most


LONG = FERN * 100
OBJECT = json.dumps(OWN | {"abstract": LONG})


@pytest.mark.parametrize(
    ("first", "block"),
    [
        ("", OBJECT + "\n"),
        ("", f"@misc{{a, title = {{On Moss}}, abstract = {{{LONG}}}}}\n"),
        ("", f"TY  - JOUR\nTI  - On Moss\nAB  - {LONG}\nER  - \n"),
        ("title,abstract\n", f'On Moss,"{LONG}"\n'),
        ("[", OBJECT + ","),
    ],
    ids=["JSONL", "BibTeX", "RIS", "CSV", "JSON"],
)
def test_memory_does_not_grow_with_the_file(tmp_path: Path, first: str, block: str) -> None:
    end = OBJECT + "]" if first == "[" else ""
    repeats = FILE_BYTES // len(block)
    short, long = tmp_path / "short", tmp_path / "long"
    short.write_text(first + block * 10 + end, encoding="utf-8")
    long.write_text(first + block * repeats + end, encoding="utf-8")
    # In a process of its own: other tests' threads would be counted too.
    command = [sys.executable, "-m", "tests.ingest.reading_peak", str(short), str(long)]
    told = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    count, peak = map(int, told.stdout.split())
    assert count >= repeats
    assert peak < PEAK_BYTES


DEEP = 200_000
HOSTILE = {
    "nested JSON": '{"a":' * DEEP + "\n",
    "nested array": "[{" + '"a":[' * DEEP,
    "endless string in an array": '[{"title": "' + "a" * 17_000_000,
    "authors of spaces": json.dumps({"title": "On Moss", "authors": " " * DEEP + "x and y"}),
    "authors of commas": json.dumps({"title": "On Moss", "authors": "," * DEEP + "x et al"}),
    "one long name": json.dumps({"title": "On Moss", "authors": ["a " * DEEP]}),
    "abstract of line ends": json.dumps({"title": "On Moss", "abstract": "a\n \n" * DEEP + "b"}),
    "number": '{"title": "On Moss", "year": ' + "9" * DEEP + "}",
    "inverted abstract": json.dumps({"abstract_inverted_index": {"a": list(range(DEEP))}}),
    "braces": "@misc{a, title={" + "{" * DEEP + "\n",
    "accents": "@misc{a, title={X}, abstract={" + "\\'{a}" * (DEEP // 2) + "}}",
    "fields": "@misc{a, title={X}," + "x={y}," * (DEEP // 2) + "}",
    "macros": "".join(f"@string{{m{i} = {{x}}}}\n" for i in range(20_000)) + "@misc{a, title=m1}",
    "coauthors": "@misc{a, title={X}, author={" + "A and " * (DEEP // 4) + "B}}",
    "open entry": "@misc{a, title={On Moss}}\n@misc{b, title={\n" + "x\n" * DEEP * 4,
    "continued lines": "TY  - JOUR\nAB  - a\n" + "b\n" * DEEP + "ER  - \n",
    "reference without end": "TY  - JOUR\nTI  - X\n" + f"N1  - {FERN}\n" * 20_000,
    "open quote": 'title,abstract\n"On Moss,x\n' + "y,z\n" * DEEP,
    "wide table": "title,abstract\n" + "a," * DEEP + "\n",
    "wide header": "title,abstract," + "a," * DEEP + "\nb,c\n",
    "nested page": "<html><body>" + "<div>" * DEEP + FERN,
    "open tags": "<html><body><h1>On Moss</h1>" + "<b><i><p>" * (DEEP // 4),
    "open comment": "<html><!--" + "<!-- " * DEEP,
    "many headings": "<html><body>" + "<h2>Abstract</h2>" * (DEEP // 10),
    "all headings": "<html><body>" + "<h1>On Moss</h1><h2>Moss</h2>\n" * (DEEP // 4),
    "glued names": "CLMar 5, 2021\n" + "MossAda " * (DEEP // 40) + "\n" + FERN,
    "glued letters": "CLMar 5, 2021\n" + "aA" * DEEP + "\n" + FERN,
    "spaces before a label": "On the Growth of Moss\n" + " " * DEEP + "x\nAbstract: " + FERN,
    "dashes": "On the Growth of Moss\n\nAbstract" + "-" * DEEP + FERN,
    "one word": "moss" * DEEP,
    "blank": "\n" * DEEP * 4 + "x",
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(HOSTILE))
def test_a_hostile_source_is_read_or_refused_in_time(kind: str) -> None:
    with no_hang():
        assert check("stdin", HOSTILE[kind].encode()) in ("records", "rejects", "error")


def test_an_entry_or_reference_without_end_does_not_hide_the_next() -> None:
    bib = "@misc{a, title={\n" + "x" * 1_100_000 + "\n@misc{b, title={On Moss}}\n"
    ris = "TY  - JOUR\n" + "N1  - moss moss\n" * 150_000 + "TY  - JOUR\nTI  - On Moss\nER  - \n"
    for text, reason in ((bib, "is a brace left open?"), (ris, "is its last line (ER) missing?")):
        found = pieces(text)
        assert [r.title for r in records(found)] == ["On Moss"]
        assert reason in rejects(found)[0].reason


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"title": "m" * 6_000}, "its 'title' has 6,000 characters"),
        ({"title": "M", "abstract": "m" * 600_000}, "its 'abstract' has 600,000 characters"),
        ({"title": "M", "authors": ["A B"] * 21_000}, "has 21,000 authors"),
        ({"title": "M", "categories": [str(i) for i in range(1_500)]}, "has 1,500 categories"),
    ],
)
def test_a_field_beyond_all_measure_is_rejected(fields: dict[str, object], reason: str) -> None:
    (rejected,) = rejects(pieces(json.dumps(fields)))
    assert rejected.reason.startswith(reason)


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (bibtex.read, "@misc{moss, title = {On Moss}, author = {Cy Fo\0x}}"),
        (ris.read, "TY  - JOUR\nTI  - On Moss\nAU  - Fo\0x, Cy\nER  - "),
    ],
)
def test_an_author_who_is_no_text_is_rejected(
    read: Callable[[str, list[str]], Iterator[Piece]], text: str
) -> None:
    (rejected,) = rejects(list(read("p", text.split("\n"))))
    assert rejected.reason.startswith("its 'authors' holds characters that are no text")
