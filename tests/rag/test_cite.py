"""The marker grammar: what is shown, what is claimed, what is cited."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.types import Evidence, Exchange, Paper, Quote
from rag.writing.cite import CitationParser, Draft, evidence_keys, number_of, numbers_so_far


def evidence_of(*paper_ids: str, text: str = "A quote.") -> tuple[Evidence, ...]:
    keys = evidence_keys(len(paper_ids))
    return tuple(
        Evidence(key, Quote(paper, "abstract", 0, len(text), text), Paper(paper, paper.title()))
        for key, paper in zip(keys, paper_ids, strict=True)
    )


# S1 and S2 quote two papers, S3 quotes the first again.
EVIDENCE = evidence_of("webgpt", "gopher", "webgpt")


def parsed(draft: str, evidence: tuple[Evidence, ...] = EVIDENCE) -> Draft:
    parser = CitationParser(evidence)
    parser.feed(draft)
    parser.close()
    return parser.result()


@pytest.mark.parametrize(
    ("draft", "shown"),
    [
        ("It wins 56% of the time [S1].", "It wins 56% of the time [1]."),
        ("It wins [S2]. It loses [S1].", "It wins [1]. It loses [2]."),
        ("Both [S1, S2].", "Both [1][2]."),
        ("Both [S1][S2].", "Both [1][2]."),
        ("Both [S1] [S2].", "Both [1][2]."),
        ("Both [S1; S2].", "Both [1][2]."),
        ("Both [S1 and S2].", "Both [1][2]."),
        ("One paper [S1, S3].", "One paper [1]."),
        ("One paper [S1][S3][S1].", "One paper [1]."),
        ("Small letters [s2].", "Small letters [1]."),
        ("Loose ends [S1;].", "Loose ends [1]."),
        ("With words [see S2, first line].", "With words [1]."),
        ("According to S2, it wins.", "According to [1], it wins."),
        ("[S1] says so.", "[1] says so."),
    ],
)
def test_keys_become_one_number_per_paper_in_order_of_appearance(draft: str, shown: str) -> None:
    assert parsed(draft).text == shown


def test_numbers_are_reported_by_paper() -> None:
    assert parsed("First [S2]. Then [S3].").numbers == {"gopher": 1, "webgpt": 2}


def test_a_number_printed_for_two_papers_in_an_old_conversation_is_the_cited_ones() -> None:
    near = Exchange("a?", near=(("x", 1), ("y", 2)))
    numbers = numbers_so_far((near, Exchange("b?", cited=(("z", 1),))))
    assert numbers == {"z": 1, "y": 2}
    assert number_of("x", numbers) == 3


@pytest.mark.parametrize(
    ("draft", "shown", "removed"),
    [
        ("It wins [S9].", "It wins.", 1),
        ("It wins [S9, S1].", "It wins [1].", 1),
        ("It wins [S8][S9]. So.", "It wins. So.", 2),
        ("It wins[S9]often.", "It wins often.", 1),
        ("It wins [4].", "It wins.", 1),
        ("[S7] It wins.", "It wins.", 1),
    ],
)
def test_invented_markers_are_removed_and_counted(draft: str, shown: str, removed: int) -> None:
    draft_read = parsed(draft)
    assert (draft_read.text, draft_read.removed_markers) == (shown, removed)


@pytest.mark.parametrize(
    "text",
    [
        "Values in [0, 1] are kept.",
        "The loss is $\\mathcal{L}[x_1]$ and $x \\in [a,b]$.",
        "He wrote [sic] and [S&P 500] there.",
        "An S1x or XS1 or S-1 is no key; nor is S4.",
        "An open [bracket that never closes",
    ],
)
def test_brackets_that_are_no_markers_stay_as_they_are(text: str) -> None:
    draft = parsed(text)
    assert (draft.text, draft.removed_markers, draft.numbers) == (text, 0, {})


def test_a_number_in_brackets_stays_where_the_quotes_hold_it() -> None:
    quoted = "As shown [7] before."
    draft = parsed(quoted, evidence_of("webgpt", text=quoted))
    assert (draft.sentences[0].claim, draft.removed_markers) == (quoted, 0)


def test_a_number_that_the_quotes_hold_in_brackets_is_not_printed_as_a_marker() -> None:
    text = "As shown [2], [1-3] and 【4†p】 but not in [0, 1] or [sic] before."
    draft = parsed(f"{text} [S1]", evidence_of("webgpt", text=text))
    printed = "As shown (2), (1-3) and (4†p) but not in [0, 1] or [sic] before. [1]"
    assert (draft.text, draft.sentences[0].claim) == (printed, text)


def test_a_word_that_looks_like_a_key_stays_where_the_quotes_hold_it() -> None:
    draft = parsed("The S1 wave [S1].", evidence_of("webgpt", text="The S1 wave."))
    assert draft.text == "The S1 wave [1]."


@pytest.mark.parametrize(
    ("draft", "cited"),
    [
        ("One [S1]. Two [S2].", [(0,), (1,)]),
        ("One. [S1] Two. [S2]", [(0,), (1,)]),
        ("One. [S1]\nTwo. [S2]", [(0,), (1,)]),
        ("One.\n[S1]\nTwo.\n[S2]", [(0,), (1,)]),
        ("One [S1].\n[S2] Two.", [(0,), (1,)]),
        ("[S1] One. Two [S2].", [(0,), (1,)]),
        ("One [S1, S3] and more [S1]. Two.", [(0, 2), ()]),
        ("One [S9]. Two.", [(), ()]),
    ],
)
def test_each_sentence_knows_the_evidence_it_cites(
    draft: str, cited: list[tuple[int, ...]]
) -> None:
    assert [sentence.evidence for sentence in parsed(draft).sentences] == cited


def test_a_sentence_is_given_with_and_without_its_markers() -> None:
    first, second = parsed("One [S1] more. [S2] Two [S9]. ").sentences
    assert (first.text, first.claim) == ("One [1] more. [2]", "One more.")
    assert (second.text, second.claim) == ("Two.", "Two.")


@pytest.mark.parametrize(
    "draft", ["[NONE]", " [NONE]. ", "NONE", "NONE.", "None", "[NONE", "[ None ]"]
)
def test_declining_shows_nothing(draft: str) -> None:
    draft_read = parsed(draft)
    assert (draft_read.declined, draft_read.text, draft_read.sentences) == (True, "", ())


def test_what_follows_declining_is_not_shown() -> None:
    assert parsed("[NONE] I think it is 3 [S1].").text == ""


def test_uncited_words_before_declining_are_a_declining() -> None:
    draft = parsed("The quotes give no rate. [NONE]")
    assert (draft.declined, draft.text) == (True, "The quotes give no rate.")


def test_a_cited_sentence_outweighs_declining_the_rest() -> None:
    draft = parsed("It has 175B parameters [S1]. Its rate is not given. [NONE]")
    assert not draft.declined
    assert [sentence.evidence for sentence in draft.sentences] == [(0,), ()]


@pytest.mark.parametrize("draft", ["NONETHELESS it wins [S1].", "None of them win [S1]."])
def test_words_that_begin_like_declining_are_text(draft: str) -> None:
    assert not parsed(draft).declined
    assert parsed(draft).text == draft.replace("S1", "1")


@pytest.mark.parametrize(
    ("draft", "shown"),
    [("So [S1", "So [1]"), ("So [S", "So"), ("So [", "So"), ("So [S1,", "So [1]")],
)
def test_a_marker_cut_off_at_the_end_leaves_no_half(draft: str, shown: str) -> None:
    assert parsed(draft).text == shown


def test_half_a_marker_is_held_back_and_text_is_not() -> None:
    parser = CitationParser(EVIDENCE)
    shown = [parser.feed(piece) for piece in ("It wins 56", "% ", "[", "S", "1", "].", " And")]
    assert shown == ["It wins 56", "%", "", "", "", " [1].", " And"]
    assert parser.close() == ""


PIECES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "[S1]",
                "[S2]",
                "[S3, S1]",
                "[S9]",
                "[NONE]",
                "NONE",
                "[",
                "]",
                "S1",
                " S2",
                ". ",
                "\n",
            ]
        ),
        st.sampled_from(
            ["The model wins.", " 56% ", "[0, 1]", "[4]", "[[", "e.g. ", "S", "1", "  "]
        ),
        st.text(alphabet="abS12N[],; .\n", max_size=6),
        st.text(max_size=4),
    ),
    max_size=12,
)


@given(PIECES, st.data())
def test_any_chunking_gives_the_same_result(parts: list[str], data: st.DataObject) -> None:
    draft = "".join(parts)
    cuts = data.draw(st.lists(st.integers(0, len(draft)), max_size=8).map(sorted))
    parser = CitationParser(EVIDENCE)
    shown = "".join(
        parser.feed(draft[start:end])
        for start, end in zip([0, *cuts], [*cuts, len(draft)], strict=True)
    )
    shown += parser.close()
    assert parser.result() == parsed(draft)
    assert shown == parser.result().text


@given(PIECES)
def test_no_key_and_no_false_number_is_ever_shown(parts: list[str]) -> None:
    draft = parsed("".join(parts))
    assert not re.search(r"(?<!\w)S[123](?!\w)|\[S\d+\]|\[NONE\]", draft.text)
    printed = [int(number) for number in re.findall(r"\[(\d{1,3})\]", draft.text)]
    assert set(printed) == set(draft.numbers.values()) == set(range(1, len(draft.numbers) + 1))
    assert list(dict.fromkeys(printed)) == sorted(set(printed))


@given(PIECES)
def test_sentences_stand_in_the_text_one_after_the_other(parts: list[str]) -> None:
    draft = parsed("".join(parts))
    at = 0
    for sentence in draft.sentences:
        at = draft.text.index(sentence.text, at) + len(sentence.text)
        unmarked = re.sub(r"\[\d+\]", "", sentence.text)
        assert "".join(sentence.claim.split()) == "".join(unmarked.split())
