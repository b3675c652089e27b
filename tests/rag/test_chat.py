"""Which chat model a name stands for, and the one that needs no model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rag.config import Config
from rag.errors import ConfigError, WeightsError
from rag.models import weights
from rag.models.chat import BACKENDS, ExtractiveChat, chat_model, most_words, resolve_backend
from rag.types import Evidence, Paper, Quote
from rag.writing.cite import CitationParser, evidence_keys
from rag.writing.prompts import answer_prompt


@pytest.fixture
def bare(tmp_path: Path) -> Config:
    """No key, no endpoint, no model file."""
    return Config(home=tmp_path, cache=tmp_path / "cache")


def with_local_model(config: Config) -> Config:
    """A folder in which a file has the local model's name and size, without its gigabyte."""
    (file,) = weights.MANIFEST["local"].files
    assert config.models is None
    models = config.home / "models"
    folder = models / "local"
    folder.mkdir(parents=True)
    with (folder / file.name).open("wb") as hole:
        hole.write(b"GGUF")
        hole.truncate(file.size)
    return replace(config, models=models)


# --- names ------------------------------------------------------------------------------------


def test_auto_is_extractive_where_nothing_else_is(bare: Config) -> None:
    assert resolve_backend("auto", bare) == "extractive"


def test_auto_is_the_local_model_once_it_was_pulled(bare: Config) -> None:
    assert resolve_backend("auto", with_local_model(bare)) == "local"


@pytest.mark.parametrize(
    "setting", [{"openai_key": "sk-1"}, {"openai_base_url": "http://127.0.0.1:9/v1"}]
)
def test_auto_prefers_the_api_where_a_key_or_an_endpoint_is_set(
    bare: Config, setting: dict[str, str]
) -> None:
    config = replace(with_local_model(bare), openai_model="gpt-x", **setting)  # type: ignore[arg-type]  # mypy takes every field for the dict's value type
    assert resolve_backend("auto", config) == "openai:gpt-x"


@pytest.mark.parametrize("name", ["extractive", "local", "local:a.gguf", "openai:gpt-x"])
def test_a_concrete_name_stands_for_itself(bare: Config, name: str) -> None:
    assert resolve_backend(name, bare) == name


@pytest.mark.parametrize(
    "name", ["", "gpt-4", "openai", "openai:", "local:", "extractive:x", "Auto"]
)
def test_an_unknown_name_is_refused_with_the_valid_ones(bare: Config, name: str) -> None:
    with pytest.raises(ConfigError) as caught:
        resolve_backend(name, bare)
    assert repr(name) in str(caught.value)
    assert all(backend in str(caught.value) for backend in BACKENDS)


def test_the_local_model_without_its_file_names_the_command_that_fetches_it(bare: Config) -> None:
    with pytest.raises(WeightsError, match="askpapers models pull local"):
        chat_model("local", bare)


def test_a_local_path_that_is_not_there_is_named(bare: Config, tmp_path: Path) -> None:
    missing = tmp_path / "missing.gguf"
    with pytest.raises(WeightsError, match=r"local:.*missing\.gguf.*No such file"):
        chat_model(f"local:{missing}", bare)


@pytest.mark.parametrize("content", [b"", b"<html>", b"GG"])
def test_a_local_path_that_is_no_gguf_file_is_refused(
    bare: Config, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "page.gguf"
    file.write_bytes(content)
    with pytest.raises(WeightsError, match="no GGUF file"):
        chat_model(f"local:{file}", bare)


def test_models_are_named_after_what_they_are(bare: Config, tmp_path: Path) -> None:
    file = tmp_path / "own.gguf"
    file.write_bytes(b"GGUF and more")
    config = replace(bare, openai_key="sk-1")
    asked = ("extractive", f"local:{file}", "openai:gpt-x")
    names = [chat_model(name, config).name for name in asked]
    assert names == ["extractive", "local:own.gguf", "openai:gpt-x"]


def test_a_local_model_from_the_users_folder_is_hashed_before_it_is_used(bare: Config) -> None:
    with pytest.raises(WeightsError, match="sha256"):
        chat_model("local", with_local_model(bare))


# --- extractive -------------------------------------------------------------------------------


def evidence_of(*quotes: tuple[str, int, str, float]) -> tuple[Evidence, ...]:
    """Evidence from (paper id, start, text, score), best first."""
    return tuple(
        Evidence(
            key, Quote(paper, "abstract", start, start + len(text), text, score), Paper(paper, "")
        )
        for key, (paper, start, text, score) in zip(evidence_keys(len(quotes)), quotes, strict=True)
    )


def extracted(evidence: tuple[Evidence, ...]) -> list[str]:
    return "".join(ExtractiveChat().stream(answer_prompt("?", evidence))).split("\n")


def test_extractive_writes_the_quotes_verbatim_with_their_keys() -> None:
    evidence = evidence_of(("a", 5, "It wins 56% of the time.", 0.8))
    assert extracted(evidence) == ["It wins 56% of the time. [S1]"]


def test_extractive_keeps_a_papers_quotes_in_reading_order_and_the_best_paper_first() -> None:
    evidence = evidence_of(
        ("a", 50, "Late.", 0.9), ("b", 0, "Other.", 0.85), ("a", 0, "Early.", 0.8)
    )
    assert extracted(evidence) == ["Early. [S3]", "Late. [S1]", "Other. [S2]"]


def test_extractive_leaves_out_quotes_that_score_far_below_the_best() -> None:
    evidence = evidence_of(("a", 0, "Good.", 0.9), ("a", 9, "Fair.", 0.5), ("a", 20, "Bad.", 0.1))
    assert extracted(evidence) == ["Good. [S1]", "Fair. [S2]"]


def test_a_quote_of_another_paper_must_come_nearer_to_the_best() -> None:
    evidence = evidence_of(("a", 0, "Good.", 0.9), ("b", 0, "Fair.", 0.6), ("c", 0, "Near.", 0.87))
    assert extracted(evidence) == ["Good. [S1]", "Near. [S3]"]


def test_extractive_writes_four_sentences_at_most() -> None:
    evidence = evidence_of(*((f"p{i}", 0, f"Quote {i}.", 0.5) for i in range(6)))
    assert len(extracted(evidence)) == 4


def test_extractive_stays_below_eighty_words_and_fills_them_with_what_fits() -> None:
    lengths = (40, 39, 30, 6)
    texts = [" ".join(["word"] * length) for length in lengths]
    evidence = evidence_of(*(("a", 500 * n, text, 0.5) for n, text in enumerate(texts)))
    found = extracted(evidence)
    assert [line.rsplit(" ", 1)[1] for line in found] == ["[S1]", "[S3]", "[S4]"]
    assert sum(len(line.split()) for line in found) == 40 + 30 + 6 + 3


def test_a_best_quote_that_is_longer_stands_alone() -> None:
    evidence = evidence_of(("a", 0, " ".join(["word"] * 90), 0.9), ("a", 900, "Short.", 0.9))
    assert [line.rsplit(" ", 1)[1] for line in extracted(evidence)] == ["[S1]"]


def test_no_side_of_a_question_is_left_out_however_much_better_the_other_is() -> None:
    good, fair, bad = evidence_of(
        ("a", 0, "Good.", 0.99), ("a", 9, "Fair.", 0.98), ("b", 0, "Bad.", 0.01)
    )
    sides = (replace(good, side="A"), replace(fair, side="A"), replace(bad, side="B"))
    assert extracted(sides) == ["Good. [S1]", "Fair. [S2]", "Bad. [S3]"]


def test_what_is_only_beside_the_question_is_told_while_there_is_room() -> None:
    lengths = (30, 50, 40, 60)
    own, long, short, other = evidence_of(
        *((f"p{n}", 0, " ".join(["word"] * length), 0.9) for n, length in enumerate(lengths))
    )
    beside = tuple(replace(item, side=item.paper.title, beside=True) for item in (long, short))
    assert [line.rsplit(" ", 1)[1] for line in extracted((own, *beside))] == ["[S1]", "[S3]"]
    assert len(extracted((replace(own, side="A"), replace(other, side="B")))) == 2


@pytest.mark.parametrize(
    ("papers", "sides", "beside", "most"),
    [
        ("ab", "AB", False, 119),
        ("aa", "AB", False, 79),
        ("ab", "AA", False, 79),
        ("ab", "AB", True, 79),
    ],
    ids=["sides of two papers", "two sides of one", "two papers of one side", "all beside"],
)
def test_an_answer_may_be_longer_where_several_papers_tell_several_sides(
    papers: str, sides: str, most: int, *, beside: bool
) -> None:
    evidence = evidence_of(*((paper, 9 * n, "Good.", 0.9) for n, paper in enumerate(papers)))
    told = [
        replace(item, side=side, beside=beside) for item, side in zip(evidence, sides, strict=True)
    ]
    assert most_words(told) == most


def test_each_extracted_quote_is_one_sentence_of_the_draft() -> None:
    quotes = ("we begin small, e.g. with this", "then with lower case.")
    evidence = evidence_of(*((f"p{i}", 0, text, 0.5) for i, text in enumerate(quotes)))
    parser = CitationParser(evidence)
    parser.feed("\n".join(extracted(evidence)))
    parser.close()
    sentences = parser.result().sentences
    assert [sentence.claim for sentence in sentences] == list(quotes)
    assert [sentence.evidence for sentence in sentences] == [(0,), (1,)]


def test_extractive_declines_without_evidence() -> None:
    assert extracted(()) == ["[NONE]"]
