"""Turns as HTML: nothing untrusted becomes markup, each marker points at its own quotes."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from rag.stored.chosen import Chosen
from rag.stored.claims import Standing
from rag.types import (
    Answer,
    Citation,
    Critique,
    Paper,
    PaperScore,
    Sentence,
    Step,
    Understood,
)
from tests.ui.scripted import ABSTAINED, LAMPS_ANSWER
from ui.app.actions import actions
from ui.app.evidence import evidence
from ui.app.render import chips, conversation, header, turn_html
from ui.app.talk import Talk
from ui.app.turns import Turn
from ui.filling import Filling

DONE = Turn(3, "How fast do lamps dim?", answer=LAMPS_ANSWER)

ALLOWED_TAGS = frozenset(
    "article section div header h1 h2 h3 h4 p span small em button mark a ul li dl dt dd"
    " details summary code blockquote cite".split()
)
ALLOWED_ATTRIBUTES = frozenset(
    "class type title role hidden href target rel tabindex aria-label aria-live aria-busy"
    " data-turn data-quotes data-paper data-back data-answer data-sentence data-go data-value "
    " data-edit data-chosen data-copy data-link data-tab aria-describedby aria-hidden"
    " id download".split()
)


class Page(HTMLParser):
    """What a browser would make of some HTML: its tags with attributes, its text, its balance."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def with_class(self, name: str) -> list[dict[str, str | None]]:
        return [attrs for _, attrs in self.tags if name in (attrs.get("class") or "").split()]


hostile = st.one_of(
    st.sampled_from(
        [
            "<script>alert(1)</script>",
            '"><img src=x onerror=alert(1)>',
            "' onclick='alert(1)",
            "</article><style>*{}</style>",
            "&lt;b&gt;",
            "<!--",
            "javascript:alert(1)",
            "[1] [2] [99999]",
        ]
    ),
    st.text(),
)


@st.composite
def hostile_answers(draw: st.DrawFn) -> Answer:
    """A consistent answer in which every text was chosen by an enemy."""
    abstract = draw(hostile) + draw(hostile)
    start = draw(st.integers(0, len(abstract)))
    end = draw(st.integers(start, len(abstract)))
    paper = Paper(
        paper_id=draw(hostile),
        title=draw(hostile),
        abstract=abstract,
        summary=draw(hostile),
        authors=tuple(draw(st.lists(hostile, max_size=8))),
        arxiv_id=draw(hostile),
        doi=draw(hostile),
    )
    other = Paper(paper_id=f"{paper.paper_id}2", title=draw(hostile), doi=draw(hostile))
    text = f"{draw(hostile)} [1]."
    citations = (
        Citation(1, paper.paper_id, paper.title, "", "abstract", abstract[start:end], start, end),
        Citation(1, paper.paper_id, paper.title, "", draw(hostile), draw(hostile)),
    )
    return Answer(
        id="",
        question=draw(hostile),
        answer=draw(st.sampled_from([text, draw(hostile)])),
        abstained=draw(st.booleans()),
        reason=draw(hostile),
        confidence=0.5,
        sentences=(Sentence(text, (0, 1), draw(st.sampled_from(["supported", "unchecked"]))),),
        citations=citations,
        hits=(PaperScore(paper.paper_id, 0.9), PaperScore(other.paper_id, 0.1)),
        backend=draw(hostile),
        timings_ms={},
        papers=(paper, other),
        nearest=citations,
        trail=(Step(draw(st.sampled_from(["search", "open", "stop"])), draw(hostile), 1),),
        critiques=(Critique(0, draw(hostile), draw(hostile)),),
    )


@given(hostile_answers(), hostile, hostile, st.booleans())
def test_no_text_of_others_becomes_markup(
    answer: Answer, question: str, text: str, finished: bool
) -> None:
    only = Chosen(only=((text, question),))
    given = answer if finished else None
    turn = Turn(1, question, status=text, text=text, answer=given, chosen=only)
    failed = Turn(2, question, text=text, error=text)
    below = partial(actions, backends=[(question, text)])
    turns = "".join(piece.html() for piece in conversation([turn, failed], 3, below))
    chosen = chips(Talk("c", (), (turn,)), only)
    page = Page(turns + chosen + evidence(turn) + evidence(failed) + header(None, text))
    for tag, attributes in page.tags:
        assert tag in ALLOWED_TAGS
        assert attributes.keys() <= ALLOWED_ATTRIBUTES
        if "href" in attributes:
            assert str(attributes["href"]).startswith(
                ("https://arxiv.org/abs/", "https://doi.org/", "/answer/")
            )
    assert page.open == []
    assert question in page.text


def test_a_marker_names_the_quotes_of_its_own_sentence() -> None:
    markers = Page(turn_html(DONE)).with_class("marker")
    assert [marker["data-quotes"] for marker in markers] == ["t3c0", "t3c1", "t3c2"]


def test_every_quote_a_marker_names_is_on_the_page() -> None:
    named = {m["data-quotes"] for m in Page(turn_html(DONE)).with_class("marker")}
    marked = {
        a["data-quotes"] for tag, a in Page(evidence(replace(DONE, number=3))).tags if tag == "mark"
    }
    assert named == marked


def test_one_marker_for_two_quotes_names_both() -> None:
    sentence = Sentence("Lamps dim 12% faster when watched [1].", (0, 2), "supported")
    answer = replace(LAMPS_ANSWER, answer=sentence.text, sentences=(sentence,))
    (marker,) = Page(turn_html(replace(DONE, answer=answer))).with_class("marker")
    assert marker["data-quotes"] == "t3c0 t3c2"


def test_a_number_in_brackets_that_cites_nothing_stays_text() -> None:
    sentence = Sentence("See [7] and [1].", (0,), "supported")
    answer = replace(LAMPS_ANSWER, answer=sentence.text, sentences=(sentence,))
    page = Page(turn_html(replace(DONE, answer=answer)))
    assert len(page.with_class("marker")) == 1
    assert "See [7] and [1]." in page.text


def test_the_answer_is_shown_whole_and_in_order() -> None:
    answer = replace(LAMPS_ANSWER, answer=LAMPS_ANSWER.answer.replace(". T", ".\n\nT"))
    html = re.sub(
        r'<span class="support">.*?</span></span>', "", turn_html(replace(DONE, answer=answer))
    )
    assert answer.answer in Page(html).text


def test_sentences_that_are_not_in_the_answer_leave_its_text_as_it_is() -> None:
    answer = replace(LAMPS_ANSWER, answer="Something else [1].")
    page = Page(turn_html(replace(DONE, answer=answer)))
    assert "Something else [1]." in page.text
    assert not page.with_class("marker")


def test_each_sentence_has_a_quiet_mark_that_tells_why() -> None:
    sentences = (replace(LAMPS_ANSWER.sentences[0], reason="is a quote, word for word"),)
    answer = replace(LAMPS_ANSWER, sentences=sentences, answer=sentences[0].text)
    page = Page(turn_html(replace(DONE, answer=answer)))
    (mark,) = page.with_class("mark")
    (why,) = page.with_class("why-supported")
    assert mark["aria-label"] == "supported: why?"
    assert mark["aria-describedby"] == why["id"]
    assert "bear this out.Is a quote, word for word." in page.text


def test_the_account_counts_sentences_and_adds_up_the_time() -> None:
    assert (
        "1 supported · 1 unchecked · 1 not supported · scripted · 42 ms"
        in Page(turn_html(DONE)).text
    )


def test_the_account_says_so_when_all_is_supported_and_what_was_removed() -> None:
    sentence = LAMPS_ANSWER.sentences[0]
    answer = replace(LAMPS_ANSWER, answer=sentence.text, sentences=(sentence,), removed_markers=2)
    text = Page(turn_html(replace(DONE, answer=answer))).text
    assert "every sentence supported · 2 invented citations removed · scripted" in text


def test_an_abstention_gives_its_reason_and_a_next_step() -> None:
    page = Page(turn_html(Turn(1, "How heavy is a lamp?", answer=ABSTAINED)))
    assert page.with_class("abstained")
    assert ABSTAINED.answer in page.text
    assert ABSTAINED.reason in page.text
    assert [step["data-tab"] for step in page.with_class("quiet")] == ["library"]


def test_an_abstention_from_few_papers_offers_to_ask_all() -> None:
    since = Understood("years", "2022..", "since 2022")
    for answer in (
        replace(ABSTAINED, understood=(since,)),
        replace(ABSTAINED, notes=("Asked only “Lamps”.",)),
    ):
        page = Page(turn_html(Turn(1, "How heavy is a lamp?", answer=answer)))
        assert page.with_class("quiet")[0]["data-go"] == "widen"


def test_what_is_no_question_about_papers_needs_no_more_papers() -> None:
    answer = replace(ABSTAINED, missing="not_about_papers")
    assert not Page(turn_html(Turn(1, "Hello", answer=answer))).with_class("quiet")


def test_the_last_answer_can_be_had_as_files_and_from_other_chat_models() -> None:
    answer = replace(LAMPS_ANSWER, id="a1")
    page = Page(actions(replace(DONE, answer=answer), [("local", "local"), ("mine", "openai:x")]))
    links = [attributes["href"] for tag, attributes in page.tags if tag == "a"]
    assert links == ["/answer/a1/markdown", "/answer/a1/bibtex", "/answer/a1/ris"]
    assert [one["data-value"] for one in page.with_class("item")] == ["local", "openai:x"]


def test_an_answer_that_was_not_kept_has_no_address() -> None:
    page = Page(actions(replace(DONE, warning="the disk is full"), [("local", "local")]))
    assert [one["data-go"] for one in page.with_class("item")] == ["retry"]
    assert not [tag for tag, _ in page.tags if tag == "a"]


def test_text_that_streams_is_said_to_be_unchecked() -> None:
    text = Page(turn_html(Turn(1, "?", status="Writing", text="Lamps dim"))).text
    assert text.endswith("Lamps dimWriting… (unchecked until it is done)")


def test_stopped_text_is_said_to_be_unchecked() -> None:
    assert Page(turn_html(Turn(1, "?", stopped=True))).text == "?✎Stopped."
    text = Page(turn_html(Turn(1, "?", text="Lamps", stopped=True))).text
    assert text == "?✎LampsStopped. What is above was not checked."


def test_an_error_is_shown_with_what_came_before_it() -> None:
    page = Page(turn_html(Turn(1, "?", text="Lamps", error="no reply: try again")))
    assert page.with_class("error")
    assert "Lamps" in page.text
    assert "no reply: try again" in page.text


def test_the_header_counts_papers() -> None:
    assert Page(header(Filling(Standing(1, 1, 1)))).text.endswith("1 paper")
    assert "112,083 papers" in Page(header(Filling(Standing(112_083, 112_083, 112_083)))).text


def test_the_head_says_which_papers_questions_may_miss_and_for_how_long() -> None:
    page = Page(header(Filling(Standing(2000, 2000, 800), rate=10.0)))
    assert "2,000 papers · 1,200 found by words only so far, 2 min left at 10 a second" in page.text


def test_the_head_says_why_no_vectors_are_made() -> None:
    page = Page(header(Filling(Standing(20, 20, 8), problem="the disk is <full>")))
    assert "20 papers · 12 found by words only so far: the disk is <full>" in page.text
