"""Evidence as HTML: highlights stand where the quotes do, each cited paper stands there once."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from rag.spans import segments
from rag.types import Paper, PaperScore
from tests.ui.scripted import ABSTAINED, LAMPS, LAMPS_ANSWER, UNCITED, WICKS, cite
from tests.ui.test_render import Page
from ui.app.evidence import FOLD_OVER, evidence, highlighted, paper_html
from ui.app.turns import Turn
from ui.app.why_found import why_found

DONE = Turn(1, "How fast do lamps dim?", answer=LAMPS_ANSWER)


@st.composite
def texts_with_spans(draw: st.DrawFn) -> tuple[str, list[tuple[int, int, int]]]:
    """A text and spans within it that may overlap, nest, touch or be equal."""
    text = draw(st.text(min_size=1, max_size=60))
    ends = st.integers(0, len(text))
    pairs = draw(st.lists(st.tuples(ends, ends), max_size=5))
    return text, [(min(pair), max(pair), key) for key, pair in enumerate(pairs)]


@given(texts_with_spans())
def test_segments_join_to_the_text_and_each_character_has_its_spans(
    case: tuple[str, list[tuple[int, int, int]]],
) -> None:
    text, spans = case
    pieces = list(segments(text, spans))
    assert "".join(piece for piece, _ in pieces) == text
    covering = [keys for piece, keys in pieces for _ in piece]
    for position, keys in enumerate(covering):
        assert keys == tuple(key for start, end, key in spans if start <= position < end)


@given(texts_with_spans())
def test_the_marks_of_a_quote_join_to_the_quote(
    case: tuple[str, list[tuple[int, int, int]]],
) -> None:
    text, spans = case
    marks = MarkReader(highlighted(text, spans, turn=1))
    for start, end, key in spans:
        assert marks.text_of(f"t1c{key}") == text[start:end]


class MarkReader(Page):
    """Reads back the text inside the marks of a quote."""

    def __init__(self, html: str) -> None:
        self.marked: list[tuple[list[str], str]] = []
        super().__init__(html)

    def handle_data(self, data: str) -> None:
        super().handle_data(data)
        if self.open and self.open[-1] == "mark":
            keys = self.tags[-1][1]["data-quotes"]
            assert keys is not None
            self.marked.append((keys.split(), data))

    def text_of(self, key: str) -> str:
        return "".join(text for keys, text in self.marked if key in keys)


def test_a_cited_paper_stands_once_with_title_authors_year_and_link() -> None:
    page = Page(evidence(DONE))
    assert len(page.with_class("paper")) == 2
    assert page.text.count(LAMPS.title) == 1
    assert "Ada Lumen, Grace Wick · 2021 · arXiv:2101.00001" in page.text
    links = [attributes["href"] for tag, attributes in page.tags if tag == "a"]
    assert links == [LAMPS.url, WICKS.url, "https://arxiv.org/abs/2202.00002"]


def test_a_summary_is_said_to_be_a_third_partys() -> None:
    text = Page(evidence(DONE)).text
    assert "Summarya third party's summary, not the authors' words" in text
    assert text.count("third party") == 1


def test_a_catalogue_field_is_shown_as_field_and_value() -> None:
    page = MarkReader(evidence(DONE))
    assert "published2021-01-05" in page.text
    assert page.text_of("t1c2") == "2021-01-05"


def test_an_abstract_without_a_quote_is_there_but_closed() -> None:
    html = paper_html(LAMPS, [cite(LAMPS, 1, "2021-01-05", "published")], [0], 1)
    page = Page(html)
    assert [tag for tag, _ in page.tags if tag == "details"] == ["details"]
    assert LAMPS.abstract in page.text


def test_papers_found_but_not_cited_are_listed() -> None:
    text = Page(evidence(DONE)).text
    _, _, others = text.partition("Found, but not cited")
    assert others.startswith("Candles, a survey ")
    assert LAMPS.title not in others


def test_each_paper_can_be_asked_alone_left_out_and_looked_at() -> None:
    page = Page(evidence(DONE))
    for verb in ("ask-only", "exclude", "similar", "paper"):
        asked = [a["data-value"] for _, a in page.tags if a.get("data-go") == verb]
        assert asked == [LAMPS.paper_id, WICKS.paper_id, UNCITED.paper_id]


def test_why_a_paper_was_found_is_told_with_the_words_it_shares() -> None:
    hits = (
        PaperScore(LAMPS.paper_id, 0.9, vector_score=0.8, word_score=7.5),
        PaperScore(WICKS.paper_id, 0.3, vector_score=0.9),
        PaperScore(UNCITED.paper_id, 0.2, word_score=9.0),
    )
    answer = replace(LAMPS_ANSWER, question="How fast do watched lamps dim?", hits=hits)
    assert why_found(answer) == {
        LAMPS.paper_id: "Found by its words “watched”, “lamps”, “dim” (2nd of 2 by words)"
        " and its meaning (2nd of 2 by meaning)",
        WICKS.paper_id: "Found by its meaning (1st of 2 by meaning) alone",
        UNCITED.paper_id: "Found by its words (1st of 2 by words) alone",
    }
    assert "2nd of 2 by words" in Page(evidence(replace(DONE, answer=answer))).text


def test_a_withdrawn_paper_says_so() -> None:
    paper = replace(LAMPS, title="RETRACTED: Lamps that learn")
    answer = replace(LAMPS_ANSWER, papers=(paper, WICKS, UNCITED))
    page = Page(evidence(replace(DONE, answer=answer)))
    assert len(page.with_class("withdrawn")) == 1
    assert "“RETRACTED”" in page.text


def test_an_abstention_lists_the_nearest_papers() -> None:
    text = Page(evidence(replace(DONE, answer=ABSTAINED))).text
    assert "Nearest papers, none of them cited" in text
    assert all(title in text for title in (LAMPS.title, WICKS.title))


def test_small_talk_has_no_nearest_papers() -> None:
    answer = replace(ABSTAINED, missing="not_about_papers")
    page = Page(evidence(replace(DONE, answer=answer)))
    assert "No paper came near" in page.text
    assert LAMPS.title not in page.text


def test_long_text_around_a_quote_is_folded_and_none_of_it_lost() -> None:
    quote = "Here it stands."
    text = "before " * FOLD_OVER + quote + " after" * FOLD_OVER
    start = text.index(quote)
    page = Page(highlighted(text, [(start, start + len(quote), 0)], turn=1))
    notes = [tag for tag, _ in page.tags if tag == "summary"]
    assert len(notes) == 2
    assert page.text.count("before") == page.text.count("after") == FOLD_OVER
    assert quote in page.text


def test_a_long_list_of_authors_is_cut_and_an_incomplete_one_says_so() -> None:
    many = Paper("p", "T", authors=tuple(f"A{n}" for n in range(9)), authors_complete=True)
    assert "A4, A5 and 3 more" in Page(paper_html(many, [cite(many, 1, "T", "title")], [0], 1)).text
    some = Paper("p", "T", authors=("A0",))
    assert "A0 et al." in Page(paper_html(some, [cite(some, 1, "T", "title")], [0], 1)).text
