"""Names: printed lists of authors, and titles that run into them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.names import author_list, is_person, person_key, person_name, split_title_authors

RUN_TOGETHER = {
    "GPT-4 Technical ReportJosh Achiam, Steven Adler et al.": (
        "GPT-4 Technical Report",
        ("Josh Achiam", "Steven Adler"),
    ),
    "WebGPT: Browser-assisted question-answering with human feedbackReiichiro Nakano et al.": (
        "WebGPT: Browser-assisted question-answering with human feedback",
        ("Reiichiro Nakano",),
    ),
    "Eliciting Capabilities With Weak SupervisionCollin Burns, Jan Hendrik Kirchner et al.": (
        "Eliciting Capabilities With Weak Supervision",
        ("Collin Burns", "Jan Hendrik Kirchner"),
    ),
    "What came after DeepMindSam McCandlish, Yann LeCun": (
        "What came after DeepMind",
        ("Sam McCandlish", "Yann LeCun"),
    ),
    "A Study of ChatGPTJohn McCarthy, Marvin Minsky et al.": (
        "A Study of ChatGPT",
        ("John McCarthy", "Marvin Minsky"),
    ),
    "Faster Training with LoRAÉva Tardos and Ludwig van der Berg": (
        "Faster Training with LoRA",
        ("Éva Tardos", "Ludwig van der Berg"),
    ),
    "Can Machines Think?A. M. Turing, J.R. Smith et al.": (
        "Can Machines Think?",
        ("A. M. Turing", "J.R. Smith"),
    ),
    "Scaling to Web 2.0Mary-Ann O'Brien, Bo Li": (
        "Scaling to Web 2.0",
        ("Mary-Ann O'Brien", "Bo Li"),
    ),
    "Red, Green and Blue: PyTorch, ReviewedAda King, Bo Li": (
        "Red, Green and Blue: PyTorch, Reviewed",
        ("Ada King", "Bo Li"),
    ),
    "GPT-4 Technical ReportOpenAI, Josh Achiam et al.": (
        "GPT-4 Technical Report",
        ("OpenAI", "Josh Achiam"),
    ),
}


@pytest.mark.parametrize("line", RUN_TOGETHER, ids=lambda line: line[:24])
def test_a_title_is_taken_apart_from_the_names_run_into_it(line: str) -> None:
    title, authors, _ = split_title_authors(line)
    assert (title, authors) == RUN_TOGETHER[line]


def test_only_a_list_without_et_al_is_complete() -> None:
    assert split_title_authors("On MossAda King, Bo Li")[2]
    assert not split_title_authors("On MossAda King, Bo Li et al.")[2]


def test_a_line_without_names_is_all_title() -> None:
    line = "WebGPT: Browser-assisted question-answering"
    assert split_title_authors(line) == (line, (), False)


WORDS = st.sampled_from(
    "learning WebGPT Models of the with PyTorch GPT-4 RLHF: towards DeepMind in 3D AlphaGo "
    "self-critiquing Few-Shot LoRA (CLIP) human, iPhone McCarthy's agents? T5 and".split()
)
TITLES = st.lists(WORDS, min_size=1, max_size=8).map(" ".join)
GIVEN = st.sampled_from("Jeff Xu Bo Jean-Luc Élodie J. Łukasz Ada Min-Jun Tom".split())
MIDDLE = st.sampled_from(["", "", "B.", "Hendrik", "van der", "M"])
LAST = st.sampled_from("Wu Ouyang McCandlish O'Brien Goldowsky-Dill Özgür LeCun Li Kaiser".split())
NAMES = st.tuples(GIVEN, MIDDLE, LAST).map(lambda parts: " ".join(part for part in parts if part))


@given(TITLES, st.lists(NAMES, min_size=1, max_size=6, unique=True), st.booleans())
def test_any_title_and_names_run_together_come_apart_again(
    title: str, names: list[str], et_al: bool
) -> None:
    line = title + ", ".join(names) + (" et al." if et_al else "")
    assert split_title_authors(line) == (title, tuple(names), not et_al)


@given(st.text(max_size=80))
def test_taking_apart_loses_no_letter_and_never_fails(line: str) -> None:
    title, authors, _ = split_title_authors(line)
    kept = "".join(title.split()) + "".join("".join(name.split()) for name in authors)
    assert len(kept) <= len("".join(line.split()))
    assert line.strip().startswith(title)


def test_last_name_first_is_turned_around() -> None:
    assert person_name("Wu, Jeff") == "Jeff Wu"
    assert person_name(" Jeff   Wu ") == "Jeff Wu"
    assert person_name("Sammy Davis, Jr.") == "Sammy Davis, Jr."


def test_spellings_of_one_name_share_a_key() -> None:
    assert person_key("Jeff Wu") == person_key("Wu, Jeffrey") == person_key("J. Wu") == "wu j"
    assert person_key("Tom B. Brown") == person_key("Tom Brown")
    assert person_key("Łukasz Kaiser") != person_key("Jeff Wu")


def test_printed_lists_of_authors_are_read() -> None:
    assert author_list("Ada King, Bo Li and Cy Fox") == (("Ada King", "Bo Li", "Cy Fox"), True)
    assert author_list("King, Ada; Li, Bo") == (("Ada King", "Bo Li"), True)
    assert author_list("Ada King, Bo Li, et al.") == (("Ada King", "Bo Li"), False)
    assert author_list("Wu, Jeff") == (("Jeff Wu",), True)
    assert author_list("") == ((), True)


def test_a_topic_is_no_person() -> None:
    assert is_person("Daniel M. Ziegler")
    assert not is_person("Artificial intelligence")
    assert not is_person("arXiv.org Machine Learning")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Wu, J., Ouyang, L.", ("J. Wu", "L. Ouyang")),
        ("Wu, J.-P., van der Berg, L. M., and Li, B.", ("J.-P. Wu", "L. M. van der Berg", "B. Li")),
        ("Wu J, Ouyang LM", ("J Wu", "LM Ouyang")),
        ("Wu J.; Ouyang L.M.", ("J. Wu", "L.M. Ouyang")),
        ("J. Wu, L. Ouyang", ("J. Wu", "L. Ouyang")),
        ("Jeff Wu, Malcolm X", ("Jeff Wu", "Malcolm X")),
        ("Madonna, Jeff Wu", ("Madonna", "Jeff Wu")),
    ],
)
def test_initials_behind_last_names_are_put_in_front(text: str, names: tuple[str, ...]) -> None:
    assert author_list(text) == (names, True)


def test_an_end_like_et_al_is_found_behind_any_number_of_names() -> None:
    assert author_list("Ada King, " * 1000 + "et al.") == (("Ada King",) * 1000, False)
