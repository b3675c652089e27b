"""The pipeline: a question in, a cited answer out, told in events on the way."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.catalogue_questions import CatalogueReply, answer_from_catalogue
from rag.chat import ChatModel
from rag.check import check_draft
from rag.cite import CitationParser, Draft, evidence_keys
from rag.clock import StageClock
from rag.confidence import confidence, read_signs
from rag.errors import QuestionError
from rag.evidence import SentenceVectors, choose_quotes, near_best
from rag.filters import EVERYTHING, Filter
from rag.followup import leans_on
from rag.judge import Judge
from rag.library import Library
from rag.prompts import answer_prompt
from rag.rerank import Reranker
from rag.retrieve import Retrieval, rank_papers, retrieve
from rag.scope import Scope
from rag.settings import DEFAULTS, Settings
from rag.terms import content_words
from rag.types import (
    Answer,
    Citation,
    Delta,
    Done,
    Event,
    Evidence,
    Exchange,
    Paper,
    Quote,
    Sentence,
    Status,
    Usage,
)

MAX_QUESTION_CHARS = 2000
FAR_OFF = 0.01  # a best quote that scores below this is not even about the topic

NO_ANSWER = "The papers in this library do not answer this."


class Answerer:
    """Answers questions from one library with one chat model; safe to share by threads."""

    def __init__(
        self,
        library: Library,
        chat: ChatModel,
        reranker: Reranker,
        settings: Settings = DEFAULTS,
        judge: Judge | None = None,
    ) -> None:
        """`judge` weighs what nothing cheaper decides; without one that stays open."""
        self._library = library
        self._chat = chat
        self._reranker = reranker
        self._settings = settings
        self._judge = judge
        self._sentences = SentenceVectors(library.embedder)

    @property
    def backend(self) -> str:
        """Name of the chat model."""
        return self._chat.name

    def ask(
        self,
        question: str,
        *,
        question_id: str = "",
        within: Filter = EVERYTHING,
        history: Sequence[Exchange] = (),
    ) -> Answer:
        """The finished answer. Raises QuestionError, LibraryError, ChatError, WeightsError."""
        answer: Answer | None = None
        events = self.stream(question, question_id=question_id, within=within, history=history)
        for event in events:
            if isinstance(event, Done):
                answer = event.answer
        assert answer is not None  # stream always ends with Done
        return answer

    def stream(
        self,
        question: str,
        *,
        question_id: str = "",
        within: Filter = EVERYTHING,
        history: Sequence[Exchange] = (),
    ) -> Iterator[Event]:
        """Events while the answer is made: statuses, pieces of text, at last `Done`.

        With `within`, from the papers it leaves; then no question is one about the library.
        `history` is the conversation so far, oldest first: a question that leans on it is asked
        together with what it leans on (see `rag.followup`). Raises as `ask` does.
        """
        draft = _blank(_checked(question), question_id, self._chat.name)
        earlier = leans_on(draft.question, [_checked(one.question) for one in history])
        clock = StageClock()
        yield Status("Searching the library")
        if self._library.count() == 0:
            reason = "the library is empty; `askpapers ingest` adds the sample papers"
            yield Done(_abstained(draft, reason, clock))
            return
        scope = self._library.scope(within) if within else None
        if scope and (missing := scope.missing()):
            yield Done(_abstained(draft, missing, clock))
            return
        reply = None if scope else answer_from_catalogue(self._library, draft.question, earlier)
        clock.mark("catalogue")
        if reply is not None and (reply.statements or not self._settings.always):
            answer = _from_catalogue(draft, reply, clock)
            yield Delta(answer.answer)
            yield Done(answer)
            return
        yield from self._from_quotes(draft, f"{earlier} {draft.question}".strip(), clock, scope)

    def _from_quotes(
        self, draft: Answer, asked: str, clock: StageClock, scope: Scope | None
    ) -> Iterator[Event]:
        settings = self._settings
        found = retrieve(self._library, asked, 2 * settings.hits, clock, scope, settings.ranking)
        yield Status("Reading the closest sentences")
        read = replace(found, hits=found.hits[: settings.hits])
        quotes = choose_quotes(read, self._sentences, self._reranker, settings.quotes)
        draft = self._with_hits(draft, found)
        evidence = _evidence(near_best(quotes, settings.least_odds), draft.papers)
        if evidence:
            signs = read_signs(draft.question, quotes, evidence[0].paper)
            draft = replace(draft, confidence=round(confidence(signs), 4))
        clock.mark("quotes")
        if draft.confidence < settings.least_confidence:
            near = bool(quotes) and quotes[0].score >= FAR_OFF
            yield Done(_abstained(draft, _what_is_missing(draft, asked, near=near), clock))
            return
        yield Status(f"Writing from {len(evidence)} quotes")
        parser, usage = CitationParser(evidence), None
        for piece in self._chat.stream(answer_prompt(asked, evidence)):
            if isinstance(piece, Usage):
                usage = piece
            elif shown := parser.feed(piece):
                yield Delta(shown)
        if shown := parser.close():
            yield Delta(shown)
        clock.mark("chat")
        draft = replace(draft, usage=usage)
        yield Done(self._checked_answer(draft, asked, parser.result(), evidence, clock))

    def _with_hits(self, draft: Answer, retrieval: Retrieval) -> Answer:
        hits = rank_papers(retrieval.hits)[: self._settings.hits]
        papers = {p.paper_id: p for p in self._library.papers(hit.paper_id for hit in hits)}
        live = tuple(hit for hit in hits if hit.paper_id in papers)
        return replace(draft, hits=live, papers=tuple(papers[hit.paper_id] for hit in live))

    def _checked_answer(
        self,
        draft: Answer,
        asked: str,
        written: Draft,
        evidence: Sequence[Evidence],
        clock: StageClock,
    ) -> Answer:
        """The answer from what the chat model wrote, each sentence tested against its quotes."""
        draft = replace(draft, removed_markers=written.removed_markers)
        if written.declined:
            return _abstained(draft, _what_is_missing(draft, asked), clock)
        checked = check_draft(asked, written, evidence)
        cited = dict.fromkeys(i for item in checked.sentences for i in item.sentence.evidence)
        unsupported = all(item.support == "unsupported" for item in checked.sentences)
        if unsupported and not (self._settings.always and checked.text):
            why = "is not what its quotes say" if cited else "cited none of the quotes"
            reason = f"{_what_is_missing(draft, asked)}; what the chat model wrote {why}"
            return _abstained(draft, reason, clock)
        positions = {index: position for position, index in enumerate(cited)}
        citations = tuple(
            _prose_citation(checked.numbers[evidence[i].quote.paper_id], evidence[i]) for i in cited
        )
        sentences = tuple(
            Sentence(
                text=item.sentence.text,
                citations=tuple(positions[i] for i in item.sentence.evidence),
                support=item.support,
            )
            for item in checked.sentences
        )
        clock.mark("check")
        return replace(
            draft,
            answer=checked.text,
            sentences=sentences,
            citations=citations,
            timings_ms=clock.total(),
        )


def _checked(question: str) -> str:
    text = question.strip()
    if not text:
        raise QuestionError("the question is empty; ask something about the papers")
    if len(text) > MAX_QUESTION_CHARS:
        raise QuestionError(
            f"the question has {len(text)} characters, {MAX_QUESTION_CHARS} are the most;"
            " ask for one thing at a time"
        )
    return text


def _blank(question: str, question_id: str, backend: str) -> Answer:
    return Answer(
        id=question_id or uuid.uuid4().hex[:12],
        question=question,
        answer="",
        abstained=False,
        reason="",
        confidence=0.0,
        sentences=(),
        citations=(),
        hits=(),
        backend=backend,
        timings_ms={},
    )


def _evidence(quotes: Sequence[Quote], papers: Sequence[Paper]) -> tuple[Evidence, ...]:
    by_id = {paper.paper_id: paper for paper in papers}
    known = [quote for quote in quotes if quote.paper_id in by_id]
    keys = evidence_keys(len(known))
    return tuple(
        Evidence(key, quote, by_id[quote.paper_id]) for key, quote in zip(keys, known, strict=True)
    )


def _prose_citation(marker: int, item: Evidence) -> Citation:
    quote, paper = item.quote, item.paper
    return Citation(
        marker=marker,
        paper_id=paper.paper_id,
        title=paper.title,
        arxiv_id=paper.arxiv_id,
        field=quote.field,
        quote=quote.text,
        start=quote.start,
        end=quote.end,
    )


def _from_catalogue(draft: Answer, reply: CatalogueReply, clock: StageClock) -> Answer:
    """The answer from catalogue fields: exact, so every sentence is supported."""
    draft = replace(draft, confidence=1.0)
    if not reply.statements:
        return _abstained(draft, reply.reason, clock)
    facts = list(dict.fromkeys(fact for statement in reply.statements for fact in statement.facts))
    papers = list(dict.fromkeys(paper for paper, _ in facts))
    citations = tuple(
        _catalogue_citation(papers.index(paper) + 1, paper, field) for paper, field in facts
    )
    sentences: list[Sentence] = []
    for statement in reply.statements:
        positions = tuple(facts.index(fact) for fact in statement.facts)
        alone = len(positions) == 1
        text = f"{statement.text} [{citations[positions[0]].marker}]" if alone else statement.text
        sentences.append(Sentence(text, positions, "supported"))
    return replace(
        draft,
        answer="\n".join(sentence.text for sentence in sentences),
        sentences=tuple(sentences),
        citations=citations,
        papers=tuple(papers),
        timings_ms=clock.total(),
    )


def _catalogue_citation(marker: int, paper: Paper, field: str) -> Citation:
    value = getattr(paper, field)
    quote = "; ".join(value) if isinstance(value, tuple) else str(value)
    return Citation(marker, paper.paper_id, paper.title, paper.arxiv_id, field, quote)


def _abstained(draft: Answer, reason: str, clock: StageClock) -> Answer:
    return replace(
        draft,
        answer=NO_ANSWER,
        abstained=True,
        reason=reason,
        timings_ms=clock.total(),
    )


def _what_is_missing(draft: Answer, asked: str, *, near: bool = True) -> str:
    words = ", ".join(dict.fromkeys(content_words(asked)))
    looked = f"looked for: {words}" if words else "the question names nothing to look for"
    if not near or not draft.papers:
        return f"{looked}; no paper in the library comes near"
    return (
        f"{looked}; the closest paper, “{draft.papers[0].title}”, does not say it in its abstract,"
        " the full paper may"
    )
