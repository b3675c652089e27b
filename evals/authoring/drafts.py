"""Questions that a chat model drafts from abstracts, with facts that stand there verbatim."""

from __future__ import annotations

import datetime
import random
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from evals.authoring.case_file import id_for
from evals.cases import Case, Provenance
from evals.scorers.wording import says
from rag.evidence.sentences import sentence_spans
from rag.finding.terms import content_stems
from rag.models.chat import ChatModel
from rag.types import Message, Paper, Prompt

TRIES = 5
"""Sentences that are asked about for each draft that is wanted, before it is given up."""

_LEAST_WORDS = 8  # a shorter sentence states little that could be asked
_MOST_FACT_WORDS = 12  # a longer "fact" is the sentence again, and no other wording would say it
_MOST_CHARS = 3000  # of an abstract; a small model's memory ends somewhere
_REPLY = re.compile(
    r"question:\s*(?P<question>[^\n]+)\n+\s*answer:\s*(?P<fact>[^\n]+)", re.IGNORECASE
)
_QUOTES = " \t\"'“”‘’`*."

_RULES = """\
You write exam questions about scientific papers. You are given a paper's title and abstract, and \
one sentence of it. Write one question that this sentence answers, and the answer.
The reader has not seen the paper: never write "the paper", "the authors", "this method" or "the \
sentence"; name the thing that is asked about.
The question must not hold its own answer. The answer is a number, a name or at most eight words, \
copied letter by letter from the sentence.
Reply with two lines, and nothing else:
Question: ...
Answer: ..."""

_EXAMPLE_ASK = """\
Title: Sparse Routing for Long Documents
Abstract: Dense attention is slow on long documents. We train a router on 2 million web pages. It \
is 3.4 times faster than dense attention at equal accuracy.
Sentence: It is 3.4 times faster than dense attention at equal accuracy."""
_EXAMPLE_REPLY = """\
Question: How much faster than dense attention is sparse routing on long documents?
Answer: 3.4 times"""


@dataclass(frozen=True, slots=True)
class Refused:
    """A reply that became no draft, and why."""

    paper_id: str
    reason: str
    reply: str


def draft_cases(
    papers: Sequence[Paper],
    chat: ChatModel,
    count: int,
    *,
    seed: int = 0,
    asked: Collection[Case] = (),
    today: datetime.date,
) -> Iterator[Case | Refused]:
    """Up to `count` drafts, no more than one a sentence and evenly from all `papers`, and between
    them what was refused; each the moment it is there.

    A draft is a dev case of one fact that nobody has reviewed. None asks in the same words as a
    case of `asked` or an earlier draft. Gives up after `TRIES * count` sentences. The same every
    time for the same papers, seed and chat model. Raises ChatError.
    """
    known = {_stems(case.question) for case in asked}
    made = 0
    for paper, sentence in _sentences(papers, seed, TRIES * count):
        if made == count:
            return
        reply = _written(chat, draft_prompt(paper, sentence))
        found = _REPLY.search(reply)
        question = " ".join(found["question"].split()).strip('"*') if found else ""
        fact = found["fact"].strip(_QUOTES) if found else ""
        reason = _fault(question, fact, sentence, known) if found else "is not in the two lines"
        if reason:
            yield Refused(paper.paper_id, reason, reply)
            continue
        known.add(_stems(question))
        made += 1
        yield Case(
            id=f"draft-{id_for(question)}",
            question=question,
            papers=(paper.paper_id,),
            facts=((fact,),),
            reference=sentence,
            provenance=Provenance(chat.name, today.isoformat(), paper.paper_id, reviewed=False),
        )


def draft_prompt(paper: Paper, sentence: str) -> Prompt:
    """The prompt for one question that `sentence` of the paper's abstract answers."""
    abstract = " ".join(paper.abstract.split())[:_MOST_CHARS]
    ask = f"Title: {' '.join(paper.title.split())}\nAbstract: {abstract}\nSentence: {sentence}"
    messages = (
        Message("system", _RULES),
        Message("user", _EXAMPLE_ASK),
        Message("assistant", _EXAMPLE_REPLY),
        Message("user", ask),
    )
    return Prompt(ask, (), messages)


def _sentences(papers: Sequence[Paper], seed: int, most: int) -> list[tuple[Paper, str]]:
    """Sentences worth asking about in random order, a first one of every paper before a second."""
    rng = random.Random(seed)
    drawn = sorted(papers, key=lambda paper: paper.paper_id)
    rng.shuffle(drawn)
    ranked = []
    for paper in drawn[:most]:
        spans = sentence_spans(paper.abstract)
        texts = [" ".join(paper.abstract[start:end].split()) for start, end in spans]
        worth = [text for text in texts if len(text.split()) >= _LEAST_WORDS]
        rng.shuffle(worth)
        ranked += [(turn, rng.random(), paper, text) for turn, text in enumerate(worth)]
    ranked.sort(key=lambda item: item[:2])
    return [(paper, text) for _, _, paper, text in ranked[:most]]


def _written(chat: ChatModel, prompt: Prompt) -> str:
    return "".join(piece for piece in chat.stream(prompt) if isinstance(piece, str))


def _fault(question: str, fact: str, sentence: str, known: Collection[frozenset[str]]) -> str:
    """Why this is no draft; empty if it is one."""
    if not question.endswith("?"):
        return "asks no question"
    if not fact or not says(sentence, fact):
        return "answers what does not stand in the sentence"
    if len(fact.split()) > _MOST_FACT_WORDS:
        return f"answers in more than {_MOST_FACT_WORDS} words"
    if says(question, fact):
        return "says its own answer"
    if re.search(
        r"\b(?:the|this) (?:paper|authors?|study|sentence|abstract|text)\b", question, re.I
    ):
        return "asks about a paper that it does not name"
    if _stems(question) in known:
        return "was asked before"
    return ""


def _stems(question: str) -> frozenset[str]:
    return frozenset(content_stems(question))
