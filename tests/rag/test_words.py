"""The word index: fields, question words, and the score of chosen chunks."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.errors import LibraryError
from rag.stored.words import WordIndex
from rag.types import Chunk

PAD = "something else entirely is said here at about the same length"


def chunk(name: str, title: str, text: str) -> Chunk:
    return Chunk(f"{name}/abstract/0", name, title, "abstract", 0, len(text), text)


def index(folder: Path, *chunks: Chunk) -> WordIndex:
    made = WordIndex(folder)
    made.replace([], chunks)
    return made


def found(words: WordIndex, query: str) -> list[str]:
    return [chunk_id.split("/")[0] for chunk_id, _ in words.search(query, 10)]


def test_a_word_in_the_title_counts_more_than_one_in_the_prose(tmp_path: Path) -> None:
    words = index(tmp_path, chunk("b", "Moss", PAD), chunk("a", "Ferns", f"{PAD} moss"))
    assert found(words, "moss") == ["b", "a"]


def test_words_that_only_ask_find_nothing_beside_others(tmp_path: Path) -> None:
    words = index(tmp_path, chunk("a", "What did we find", PAD), chunk("b", "Moss", PAD))
    assert found(words, "What did we find about mosses?") == ["b"]


def test_a_query_of_nothing_but_asking_words_is_searched_all_the_same(tmp_path: Path) -> None:
    words = index(tmp_path, chunk("a", "How we do what we do", PAD), chunk("b", "Moss", PAD))
    assert found(words, "how we do") == ["a"]


@pytest.mark.parametrize("query", ["IL-6", "il 6", "vitamin_D", "0.5", 'OR "AND" NOT +x:y^2~ ['])
def test_signs_in_a_query_are_no_operators(tmp_path: Path, query: str) -> None:
    words = index(tmp_path, chunk("a", "IL-6 or vitamin D", f"{PAD} 0.5 not x and y"))
    assert found(words, query) == ["a"]


def test_a_query_without_a_word_finds_nothing(tmp_path: Path) -> None:
    words = index(tmp_path, chunk("a", "Moss", PAD))
    assert words.search("?! -", 10) == []
    assert words.scores("?! -", ["a/abstract/0"]) == {}


def test_chosen_chunks_get_the_score_that_a_search_gives_them(tmp_path: Path) -> None:
    texts = ["moss grows", "moss and fern", "fern", "lichen"]
    words = index(tmp_path, *(chunk(str(n), "", f"{text} {PAD}") for n, text in enumerate(texts)))
    everything = dict(words.search("moss fern", 10))
    chosen = words.scores("moss fern", ["1/abstract/0", "2/abstract/0", "3/abstract/0", "gone"])
    assert chosen == pytest.approx({i: everything[i] for i in ("1/abstract/0", "2/abstract/0")})


def test_no_chunks_get_no_scores(tmp_path: Path) -> None:
    assert index(tmp_path, chunk("a", "Moss", PAD)).scores("moss", []) == {}


def test_an_index_of_another_make_is_told_with_its_remedy(tmp_path: Path) -> None:
    import tantivy

    schema = tantivy.SchemaBuilder()
    schema.add_text_field("title")
    tantivy.Index(schema.build(), path=str(tmp_path))
    with pytest.raises(LibraryError, match="index --rebuild"):
        WordIndex(tmp_path).search("moss", 1)


def test_what_a_killed_process_wrote_and_did_not_commit_is_in_nobodys_way(tmp_path: Path) -> None:
    index(tmp_path, *(chunk(name, "Mosses", "They grow.") for name in ("a", "b", "c")))
    committed = (tmp_path / "meta.json").read_bytes()
    WordIndex(tmp_path).replace(["a"], [])
    (tmp_path / "meta.json").write_bytes(committed)  # as if killed right before the commit's end
    words = WordIndex(tmp_path)
    assert len(words.ids()) == 3
    words.replace(["a"], [])
    assert len(words.ids()) == 2
