"""Answers and conversations leave as Markdown, BibTeX and RIS, whatever others wrote in them."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest
import rispy
from fastapi import FastAPI
from fastapi.testclient import TestClient

from rag.library import Library
from rag.settings import Configuration
from rag.stored.conversations import KeptTurn
from rag.summary.ris import ris
from rag.types import Answer
from tests.ui.scripted import ABSTAINED, LAMPS, LAMPS_ANSWER, UNCITED, WICKS, FakeLibrary
from ui.export import answer_markdown, cited_papers, conversation_markdown
from ui.http.exports import add_exports

ANSWER = replace(LAMPS_ANSWER, id="a1", question="How fast do lamps dim?")
NONE = replace(ABSTAINED, id="a2", question="How heavy is a lamp?")
MADE = Configuration.of("scripted")


@pytest.fixture
def client() -> TestClient:
    library = FakeLibrary()
    for number, answer in enumerate((ANSWER, NONE), start=1):
        library.conversations.keep("c1", KeptTurn(number, answer, MADE))
    app = FastAPI()
    add_exports(app, cast(Library, library))
    return TestClient(app)


def test_an_answer_as_markdown_has_its_quotes_and_says_what_is_not_supported() -> None:
    text = answer_markdown(ANSWER)
    assert text.startswith("## How fast do lamps dim?\n\nLamps dim 12% faster when watched [1]. ")
    assert "Trimmed wicks last longer [2]. *(unchecked)*" in text
    assert "It is 2021 [1]. *(not supported)*" in text
    assert "**[1]** Lamps that learn. Lumen and Wick 2021, https://arxiv.org" in text
    assert "> A trimmed wick burns twice as long. *(a third party's summary)*" in text
    assert "@misc{lumen2021lamps," in text


def test_a_conversation_as_markdown_names_each_paper_once_and_what_was_not_answered() -> None:
    text = conversation_markdown("Lamps", [ANSWER, NONE, ANSWER])
    assert text.startswith("# Lamps\n")
    assert text.count("**[1]**") == 1
    assert f"{ABSTAINED.answer} {ABSTAINED.reason}" in text


def test_only_what_is_cited_is_among_the_papers_in_the_order_of_their_numbers() -> None:
    assert cited_papers([NONE, ANSWER]) == [LAMPS, WICKS]
    assert UNCITED in ANSWER.papers


def test_what_others_wrote_does_not_become_markdown() -> None:
    evil = replace(LAMPS, title="<img src=x> [click](https://evil)\n# Head ```")
    answer = replace(ANSWER, question="*bold*\n# Head", papers=(evil, WICKS))
    text = answer_markdown(answer)
    prose = text.split("## BibTeX")[0]
    assert "](" not in prose.replace("\\](", "")
    assert "<img" not in prose.replace("\\<img", "")
    assert [line for line in text.splitlines() if line.startswith("# ")] == []
    assert text.count("```") == 2


def test_ris_is_read_back_with_surnames_first() -> None:
    first, second = rispy.loads(ris([replace(LAMPS, authors=("Ludwig van der Berg",)), WICKS]))
    assert first["authors"] == ["van der Berg, Ludwig"]
    assert (first["title"], first["year"]) == (LAMPS.title, "2021")
    assert (second["type_of_reference"], second["doi"]) == ("JOUR", "10.5/wicks")


def test_a_venue_is_read_back_and_says_what_kind_of_work_it_is() -> None:
    papers = [replace(LAMPS, venue="Kew Journal"), replace(WICKS, venue="Wick Conference\nER  - ")]
    journal, meeting = rispy.loads(ris(papers))
    assert (journal["type_of_reference"], journal["secondary_title"]) == ("JOUR", "Kew Journal")
    assert ("number" in journal, journal["urls"]) == (False, [LAMPS.url])
    assert meeting["type_of_reference"] == "CPAPER"
    assert meeting["secondary_title"] == "Wick Conference ER -"


def test_the_papers_of_an_answer_as_markdown_have_their_venue_escaped() -> None:
    lamps = replace(LAMPS, venue="Lamps [x](https://evil) " + "y" * 200)
    text = answer_markdown(replace(ANSWER, papers=(lamps, WICKS)))
    assert r"Lumen and Wick 2021, Lamps \[x\](https://evil) yyy" in text
    assert "y…, https://arxiv.org" in text


def test_a_line_break_begins_no_field_of_its_own_in_ris() -> None:
    evil = replace(LAMPS, title="Lamps\nER  - \nTY  - JOUR\nAU  - Nobody")
    (only,) = rispy.loads(ris([evil]))
    assert only["title"] == "Lamps ER - TY - JOUR AU - Nobody"
    assert "Nobody" not in str(only["authors"])


@pytest.mark.parametrize(
    ("form", "beginning", "ending"),
    [("markdown", "#", "md"), ("bibtex", "@", "bib"), ("ris", "TY  - ", "ris")],
)
@pytest.mark.parametrize("what", ["answer/a1", "conversation/c1"])
def test_what_is_kept_can_be_had_as_files(
    client: TestClient, what: str, form: str, beginning: str, ending: str
) -> None:
    got = client.get(f"/{what}/{form}")
    assert got.status_code == 200
    assert got.text.startswith(beginning)
    assert got.headers["content-disposition"].endswith(f'.{ending}"')


def test_what_is_not_kept_is_told(client: TestClient) -> None:
    got = client.get("/answer/lost/markdown")
    assert (got.status_code, "lost" in got.text) == (404, True)
    assert client.get("/conversation/lost/ris").status_code == 404
    assert client.get("/answer/a1/pdf").status_code == 422


def test_nothing_cited_makes_empty_files() -> None:
    answers: list[Answer] = [NONE]
    assert (cited_papers(answers), ris([])) == ([], "")
    assert "## Papers" not in answer_markdown(NONE)
