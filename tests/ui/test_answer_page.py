"""The page of one answer: whole, escaped, and only of what is kept."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from evals.cases import parse_case
from rag.library import Library
from rag.settings import Configuration
from rag.stored.conversations import KeptTurn
from rag.types import Answer, Citation
from tests.ui.scripted import ABSTAINED, LAMPS, LAMPS_ANSWER, FakeLibrary
from ui.app.answer_page import answer_page
from ui.http.answers import add_answers
from ui.http.voted import add_votes
from ui.runs import SHIPPED, VOTED, Runs

ANSWER = replace(LAMPS_ANSWER, id="a1", question="Do lamps dim?")
MADE = Configuration.of("scripted")
EVIL = '<img src=x onerror="alert(1)">'


@pytest.fixture
def library() -> Library:
    fake = cast(Library, FakeLibrary())
    fake.conversations.keep("c", KeptTurn(1, ANSWER, MADE))
    return fake


@pytest.fixture
def client(library: Library, tmp_path: Path) -> TestClient:
    app = FastAPI()
    add_answers(app, library)
    add_votes(app, library, tmp_path)
    return TestClient(app)


def test_a_kept_answer_has_a_page_with_its_quotes_in_their_place(client: TestClient) -> None:
    page = client.get("/answer/a1")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert "<h1>Do lamps dim?</h1>" in page.text
    assert "We study lamps. <mark>Lamps dim 12% faster when watched.</mark> The" in page.text
    assert "<dt>published</dt><dd><mark>2021-01-05</mark></dd>" in page.text
    assert "<script" not in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'; style-src")


def test_markers_lead_to_the_paper_they_cite() -> None:
    page = answer_page(ANSWER)
    assert '<a class="marker" href="#paper-1">[1]</a>' in page
    assert '<article id="paper-1">' in page


def test_what_did_not_pass_its_check_says_so() -> None:
    page = answer_page(ANSWER)
    assert page.count("(not checked)") == 1
    assert page.count("(not supported by what it cites)") == 1


def test_an_abstention_tells_its_reason_and_what_comes_near() -> None:
    near = Citation(0, LAMPS.paper_id, LAMPS.title, LAMPS.arxiv_id, "abstract", "We study lamps.")
    page = answer_page(replace(ABSTAINED, nearest=(near,)))
    assert "No sentence gives the weight of a lamp." in page
    assert "<q>We study lamps.</q>" in page


def test_nothing_that_others_wrote_is_taken_for_html() -> None:
    evil_paper = replace(LAMPS, title=EVIL, abstract=EVIL, authors=(EVIL,), doi=EVIL, arxiv_id="")
    evil: Answer = replace(
        ANSWER,
        question=EVIL,
        asked=f"{EVIL} it",
        answer=f"{EVIL} [1]",
        sentences=(replace(ANSWER.sentences[2], text=f"{EVIL} [1]", citations=(0,), reason=EVIL),),
        citations=(replace(ANSWER.citations[0], title=EVIL, quote=EVIL, start=0, end=len(EVIL)),),
        papers=(evil_paper,),
        notes=(EVIL,),
        backend=EVIL,
    )
    for page in (
        answer_page(evil),
        answer_page(replace(evil, sentences=())),
        answer_page(replace(evil, abstained=True, reason=EVIL, nearest=evil.citations)),
        answer_page(replace(evil, papers=())),
    ):
        assert "<img" not in page
        assert 'onerror="' not in page


@pytest.mark.parametrize("path", ["/answer/none", "/answer/%3Cimg%20src=x%3E"])
def test_an_unknown_answer_is_a_page_that_says_so(client: TestClient, path: str) -> None:
    page = client.get(path)
    assert page.status_code == 404
    assert "No such answer" in page.text
    assert "<img" not in page.text


def test_the_page_of_an_answer_goes_with_its_conversation(
    client: TestClient, library: Library
) -> None:
    library.conversations.delete("c")
    assert client.get("/answer/a1").status_code == 404
    library.conversations.restore("c")
    assert client.get("/answer/a1").status_code == 200


def test_an_answer_voted_on_is_downloaded_as_a_case(client: TestClient, library: Library) -> None:
    library.votes.cast(ANSWER, "up", MADE)
    got = client.get("/answer/a1/case")
    assert got.status_code == 200
    assert "attachment" in got.headers["content-disposition"]
    assert parse_case(got.text).question == "Do lamps dim?"


def test_votes_that_make_no_case_say_why(client: TestClient) -> None:
    got = client.get("/answer/a1/case")
    assert got.status_code == 422
    assert "nobody has voted" in json.loads(got.text)["error"]


def test_an_answer_voted_on_joins_the_cases_of_the_home_once(
    client: TestClient, library: Library, tmp_path: Path
) -> None:
    library.votes.cast(ANSWER, "up", MADE)
    first, second = (client.post("/answer/a1/case").json() for _ in range(2))
    (case,) = Runs(tmp_path).cases(VOTED)
    assert (first["added"], first["there"], first["left_out"]) == ([case.id], 0, [])
    assert (second["added"], second["there"]) == ([], 1)
    assert (case.question, case.reviewed) == ("Do lamps dim?", False)


def test_votes_that_say_only_what_is_wrong_join_no_cases(
    client: TestClient, library: Library, tmp_path: Path
) -> None:
    assert "nobody has voted" in client.post("/answer/a1/case").json()["left_out"][0]["reason"]
    library.votes.cast(ANSWER, "down", MADE)
    (left,) = client.post("/answer/a1/case").json()["left_out"]
    assert (left["question"], "not what is right" in left["reason"]) == ("Do lamps dim?", True)
    assert Runs(tmp_path).sets() == [SHIPPED]


def test_every_vote_is_a_line_of_a_file(client: TestClient, library: Library) -> None:
    library.votes.cast(ANSWER, "down", MADE, sentence=1, reason="too long\nby far")
    library.votes.compare(ANSWER, replace(ANSWER, id="a2"), "tie", (MADE, MADE))
    got = client.get("/votes.jsonl")
    assert "votes.jsonl" in got.headers["content-disposition"]
    vote, comparison = (json.loads(line) for line in got.text.splitlines())
    assert (vote["sentence"], vote["reason"]) == (1, "too long\nby far")
    assert comparison["winner"] == "tie"
