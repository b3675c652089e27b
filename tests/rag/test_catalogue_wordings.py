"""Questions to the catalogue in wordings that no rule has as a whole; what it does not hold."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag.answer import Answerer
from rag.config import Config
from rag.library import Library
from rag.models.chat import ExtractiveChat
from rag.models.embed import Embedder
from rag.models.rerank import Reranker
from rag.question.catalogue.among import Among
from rag.question.catalogue.questions import answer_from_catalogue
from rag.question.catalogue.statements import CatalogueReply

INSTRUCT = "“Training language models to follow instructions with human feedback”"
CRITIQUES = "arxiv:2206.05802"


@pytest.fixture
def library(sample_config: Config, embedder: Embedder) -> Iterator[Library]:
    with Library.open(sample_config, embedder) as opened:
        yield opened


def reply_to(
    library: Library, question: str, earlier: str = "", spoken_of: tuple[str, ...] = ()
) -> CatalogueReply:
    reply = answer_from_catalogue(Among(library), question, earlier, spoken_of)
    assert reply is not None
    return reply


def told(
    library: Library, question: str, earlier: str = "", spoken_of: tuple[str, ...] = ()
) -> str:
    reply = reply_to(library, question, earlier, spoken_of)
    return "\n".join(statement.text for statement in reply.statements)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Does your record of the GPT-4 report name Sutskever among its authors?", "No, the"),
        ("Dario Amodei isn't on the InstructGPT paper, is he?", "No, the library does not name"),
        ("is the helpful-honest-harmless assistant paper (the HHH one) here", "Yes, the library"),
        ("ids of both scaling laws papers pls", "arXiv:2001.08361"),
        ("ids of both scaling laws papers pls", "arXiv:2010.14701"),
        (
            "which came first: learning to summarize from human feedback, or fine tuning lms from"
            " human prefernces?",
            "“Fine-Tuning Language Models from Human Preferences” is the older",
        ),
        ("where does the record of the self-critque paper come from (sources)", "was read from"),
        ("bibtex for the codex paper", "@misc{chen2021evaluating"),
        ("whos the penultimate author of webgpt", "The last but one author of “WebGPT"),
        ("a colleague claims the gpt3 paper has more than thirty authors. how many are it?", "31"),
        ("I'm after the paper about physics equations, what's it called", "Gaussian Processes"),
        ("which category is the AIR paper filed under", "categor"),
    ],
)
def test_a_field_in_other_words(library: Library, question: str, said: str) -> None:
    reply = reply_to(library, question)
    assert said in "\n".join((*(one.text for one in reply.statements), reply.reason))


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("leaving jeff wu aside, who has the most papers in this library", "Dario Amodei"),
        ("On which papers is he spelled Jeffrey Wu instead of Jeff Wu?", "Jeffrey Wu"),
        ("papers where jeff wu is FIRST author, not just somewhere in the list", "2 papers"),
        ("papers with jeff wu in FIRST position only", "2 papers with Jeff Wu as first author"),
        ("Which papers have Dario Amodei as the closing author?", "as last author"),
        ("Christiano, 2021 or later?", "from 2021 or later"),
        (
            "which papers appeared between January and June 2022, both months included.",
            "4 papers from January 2022 to June 2022",
        ),
        ("papers since the start of 2023", "4 papers from 2023 or later"),
        ("What had Dario Amodei already written by the end of 2019?", "2 papers by Dario Amodei"),
        ("What span of years does the library cover?", "from 2010 "),
        ("How many papers have summarizing (or summarize) in the title?", "2 papers"),
        ("authors that webgpt and instructgpt have in common", "share 5 authors"),
        ("who was first author most often", "Jeff Wu"),
        ("nr of papers from 2021", "4 papers from 2021"),
        ("list em all, newest first pls", "21 papers"),
        ("quick stats pls: number of 2020 papers, number of 2019 papers", "2020 (4 papers)"),
        ("Fei-Fei Li papers", "No author and no venue in the library is called “Fei-Fei Li”."),
        ("which papers came out in the summer of 2021", "June to August 2021"),
        ("papers newer than the one that introduced WebGPT", "9 papers newer than “WebGPT"),
        ("any newer than the WebGPT paper", "9 papers newer than “WebGPT"),
        ("papers that came out the same year as WebGPT", "3 papers of the same year as “WebGPT"),
        ("is Amodei on the scaling laws paper or am i mixing him up", "Yes, Dario Amodei is an"),
        ("papers from mid 2021 or so", "May to August 2021"),
        ("anything from the first half of 2020?", "January to June 2020"),
    ],
)
def test_a_list_in_other_words(library: Library, question: str, said: str) -> None:
    assert said in told(library, question)


@pytest.mark.parametrize(
    ("question", "earlier", "said"),
    [
        ("and who is first?", "who wrote the webgpt paper?", "first author of “WebGPT"),
        ("And the last one?", "who is the first author of the webgpt paper?", "is John Schulman"),
    ],
)
def test_another_author_of_the_paper_before(
    library: Library, question: str, earlier: str, said: str
) -> None:
    assert said in told(library, question, earlier, ("arxiv:2112.09332",))


def test_whether_those_before_wrote_another_paper(library: Library) -> None:
    earlier = "Who wrote Self-critiquing models for assisting human evaluators?"
    text = told(library, "did any of them also work on WebGPT", earlier, (CRITIQUES,))
    assert text.endswith("share 3 authors: William Saunders, Jeff Wu and Long Ouyang.")


@pytest.mark.parametrize(
    ("question", "lacks"),
    [
        ("how many times was instructgpt cited", f"no number of citations of {INSTRUCT}"),
        ("gpt-4 techincal report number of pages", "no number of pages of “GPT-4 Technical"),
        ("which conference accepted the instructgpt paper?", f"no venue of {INSTRUCT}"),
        ("What is Long Ouyang's e-mail address?", "no e-mail addresses of the authors"),
        ("which university is sanjay lall at", "no affiliations of the authors"),
        ("Who reviewed Weak-to-Strong Generalization before it was published?", "no names of rev"),
        ("Under which licence was the Irene Solaiman report put on arXiv?", "no licence of “Rel"),
        ("what grant paid for the AIR paper (attention heads, 2025)", "no funding of “AIR"),
        ("Who is the corresponding author of the Zhaohui Li paper on PDEs?", "no corresponding"),
        ("When was the second version of Language Models are Few-Shot Learners uploaded?", "dates"),
    ],
)
def test_what_no_library_holds_is_told_as_the_reason(
    library: Library, question: str, lacks: str
) -> None:
    reply = reply_to(library, question)
    assert not reply.statements
    assert reply.reason.startswith("the library holds no ")
    assert lacks in reply.reason
    assert reply.missing == "not_in_abstract"


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("got anything on models that write code?", "Evaluating Large Language Models Trained"),
        ("which one is about gpt-2 being released in stages?", "Release Strategies"),
    ],
)
def test_papers_on_a_topic_in_other_words(
    library: Library, reranker: Reranker, question: str, said: str
) -> None:
    answer = Answerer(library, ExtractiveChat(), reranker).ask(question)
    assert answer.answer.startswith("A search for “")
    assert said in answer.answer


def test_what_is_not_held_is_an_abstention(library: Library, reranker: Reranker) -> None:
    answer = Answerer(library, ExtractiveChat(), reranker).ask(
        "which conference accepted the instructgpt paper?"
    )
    assert answer.abstained
    assert answer.confidence == 0
    assert answer.reason == f"the library holds no venue of {INSTRUCT}"
    assert answer.missing == "not_in_abstract"


@pytest.mark.parametrize(
    "question",
    [
        "How many people rated the summaries?",
        "When does the loss stop scaling?",
        "Who collected the comparisons for the summaries?",
        "Which licence does the released data set come under?",
        "what does the paper say about the affiliation of labelers",
        "in what year was the training data collected",
        "what datasets do Ziegler et al 2019 and Stiennon et al 2020 have in common",
        "Who is meant to read the paper on unpredictable capabilities and policy?",
        "who were the labelers in the InstructGPT study and where did they live",
    ],
)
def test_what_the_text_must_tell_is_left_to_it(library: Library, question: str) -> None:
    assert answer_from_catalogue(Among(library), question) is None


@pytest.mark.parametrize(
    "question",
    [
        "Which papers since 2021 work with material from Reddit?",
        "Which papers about reinforcement learning are newer than WebGPT?",
        "papers newer than WebGPT that work with Reddit",
        "Which papers before WebGPT use Reddit?",
        "papers on search since 2021",
        "which papers use metadata since 2021",
    ],
)
def test_a_list_leaves_out_nothing_that_the_question_says_of_its_papers(
    library: Library, question: str
) -> None:
    assert answer_from_catalogue(Among(library), question) is None


@pytest.mark.parametrize("question", ["papers by Autor", "papers of pape", "papers by Ok et al"])
def test_a_name_that_looks_like_a_slip_does_not_list_the_library(
    library: Library, question: str
) -> None:
    reply = answer_from_catalogue(Among(library), question)
    assert reply is None or [one.text[:9] for one in reply.statements] == ["No paper "]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        # words of listing that say nothing of what a paper is about, in whatever form
        ("which year saw most papers", "most are from 2022: 5 papers"),
        ("What was the last paper Paul Christiano co-signed?", INSTRUCT),
        ("which conferences are represented", "AAAI Conferences"),
        ("latest year covered", "2025-12-15"),
        ("nothing from 2017?", "No paper in the library is from 2017."),
        ("Enumerate all works authored by Sandhini Agarwal.", "3 papers"),
        ("could i get the list of everybody who wrote gpt-3", "Tom B. Brown"),
        ("Would you happen to know who was behind the InstructGPT work?", "Long Ouyang"),
        ("papers betwen 2019 and 2020", "6 papers"),
        ("list papers from oldest to newest", "21 papers"),
        # of a month, of a decade, of each year
        ("which month had the most publications", "December: 6 papers"),
        ("Are there any papers published in the nineties?", "No paper in the library is from 1990"),
        ("how many came out per year", "2022 (5 papers)"),
        ("between which years do the papers fall", "2010"),
        # the library as a whole
        ("library size?", "21 papers"),
        ("what's in here?", "21 papers"),
        ("smallest team?", "2 authors"),
        ("Which two papers are the oldest?", "Large-Batch Training (2018-12-14)"),
        ("did anybody write more than 10 of them?", "Jeff Wu (12 papers)"),
        ("last authors of all papers", "Dario Amodei (2 papers)"),
        ("who wrote the longest titled paper", "Sanjay Lall"),
        # with whom so often
        ("people who worked with Dario Amodei more than twice", "Jared Kaplan (4 papers)"),
        ("tell me who has collaborated with Leike most", "with Jeff Wu (4 papers)."),
        ("who co-wrote the most with Dario Amodei", "with Alec Radford (5 papers)."),
        ("who wrote only one paper with Jack Clark", "Nick Ryder (1 paper)"),
        # one or the other has more
        ("were there more papers in 2021 or in 2022?", "2022 has more papers: 2022 5"),
        ("Did 2020 have fewer papers than 2019?", "2019 has fewer papers: 2019 2"),
        ("who wrote more papers, Leike or Schulman?", "Jan Leike 4 papers, John Schulman 3"),
        ("Does Paul Christiano have more papers than Jan Leike?", "They have equally many"),
        ("who wrote in both 2019 and 2022", "Amanda Askell, Jeff Wu, Paul Christiano"),
        # when, beside a year and beside another paper
        ("was the large-batch training paper out before 2019?", "on 2018-12-14"),
        ("were webgpt and the general language assistant from the same month?", "Yes: "),
        ("were webgpt and the codex paper published in the same month?", "No: "),
        # by an id, of fields that any may have, of somebody else's
        ("2206.05802 - which paper?", "Self-critiquing"),
        ("what does arXiv 2009.01325 refer to", "Learning to summarize"),
        ("is there a doi for anything here", "No paper in the library comes with a DOI"),
        ("has any of these appeared at a conference?", "1 paper with a venue"),
        ("did the first name on WebGPT write anything else here", "No other paper"),
        ("what else has the first author of codex done", "2 other papers share Mark Chen"),
        # nobody, and nothing that is called so
        ("is Chris Olah among the authors of anything", "No paper in the library is by Chris Olah"),
        ("does anyone named Bob appear", "No paper in the library is by Bob"),
        ("Is Sam Altman credited anywhere?", "No paper in the library is by Sam Altman"),
        ("do you have Attention is all you need", "No paper in the library is called"),
        ('is "Deep reinforcement learning from human preferences" included', "No paper in the"),
    ],
)
def test_a_question_to_the_library_in_words_that_no_rule_names(
    library: Library, question: str, said: str
) -> None:
    assert said in told(library, question)


@pytest.mark.parametrize(
    "question",
    [
        "did the 6b model make more mistakes than the 175b one",
        "does GPT-4 score more than GPT-3.5 on exams or less?",
        "which method helps most",
        "what are the contents of the books",
        "how big is the corpus",
        "do you have an idea why large batches work",
        "which subjects does gpt-4 fail at",
        "are the two scaling exponents measured at the same time",
        "which model ended up on top",
    ],
)
def test_what_is_compared_inside_papers_is_left_to_them(library: Library, question: str) -> None:
    assert answer_from_catalogue(Among(library), question) is None
