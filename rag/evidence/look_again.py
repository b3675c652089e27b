"""Looks again where the first search brought little: other words, a paper read whole, then stops.

As WebGPT did (Nakano et al., 2021), a chat model says where to look and quotes are collected until
they answer; but it reads only the question and titles, its searches are plain words, and it opens
only papers that were found. So the worst that a hostile text could have it do is search.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, replace

from rag.clock import StageClock
from rag.errors import ChatAuthError, ChatError, ChatNotFound
from rag.evidence.gather import Found, keyed
from rag.evidence.quotes import best_quotes, near_best, same_words
from rag.finding.terms import content_stems
from rag.models.chat import ChatModel
from rag.question.understand import Query
from rag.settings import Settings
from rag.types import Answer, Paper, PaperScore, Quote, Status, Step, Usage
from rag.writing.aside import Budget, able, ask_aside, total
from rag.writing.aside_prompts import MOST_PROPOSED, look_messages

HOPELESS = 0.02
"""Below this confidence the question is about something else, and no other words find it."""
SECONDS, TOKENS = 20.0, 3000
"""What looking again may take for one answer."""

_LISTED = 6  # titles that the chat model is shown
_MOST_WORDS, _MOST_LETTERS = 12, 30  # of a search, and of one of its words
_LINE = re.compile(r"\W*(?:\d{1,2}\W+)?(SEARCH|OPEN|STOP)\b\W*(.*)", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_KEY = re.compile(r"\W*P(\d+)\b", re.IGNORECASE)
_CONFIDENT = "what was found may answer it"
_DOING = {"search": "Searching", "open": "Reading"}


@dataclass(frozen=True, slots=True)
class Looked:
    """What there is after looking again: all that was `found`, how `sure` it is to answer, the
    `trail` of what was done, and what it cost; `notes` tell of a chat model that failed.
    """

    found: Found
    sure: float
    trail: tuple[Step, ...] = ()
    usage: Usage | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Looking:
    """How to look again: `chat` proposes, `find` finds what bears on a query, `weigh` says how
    sure that is to answer it.
    """

    chat: ChatModel
    find: Callable[[Query], Found]
    weigh: Callable[[Query, Found], float]
    settings: Settings

    def wanted(self, sure: float, declined: bool = False) -> bool:
        """Whether to look again: it is allowed and possible, and the evidence is thin, or was not
        enough for the chat model, which `declined`.
        """
        if not (self.settings.look_again and able(self.chat)):
            return False
        return declined or HOPELESS <= sure < self.settings.least_confidence

    def again(
        self,
        draft: Answer,
        query: Query,
        found: Found,
        clock: StageClock,
        *,
        declined: bool = False,
    ) -> Generator[Status, None, tuple[Answer, Found]]:
        """The draft of an answer and what was found for it, as they are after looking again where
        that is wanted, and has not been done yet. Raises as `look`.
        """
        if draft.trail or not self.wanted(draft.confidence, declined):
            return draft, found
        looked = yield from self.look(query, found, draft.confidence)
        clock.mark("look_again")
        draft = replace(
            draft,
            hits=looked.found.hits[: self.settings.hits],
            papers=looked.found.papers,
            confidence=looked.sure,
            trail=looked.trail,
            notes=(*draft.notes, *looked.notes),
            usage=total(draft.usage, looked.usage),
        )
        return draft, looked.found

    def look(
        self, query: Query, found: Found, sure: float, budget: Budget | None = None
    ) -> Generator[Status, None, Looked]:
        """Look again until what is found likely answers, nothing more is proposed, or as much was
        done as is allowed. Raises ChatAuthError, ChatNotFound, LibraryError, WeightsError.
        """
        purse = budget or Budget(SECONDS, TOKENS)
        state = Looked(found, sure)
        allowed = self.settings.look_again
        while allowed > 0 and purse.left:
            yield Status("Thinking where else to look")
            try:
                steps = self._proposed(query, state, purse)
            except (ChatAuthError, ChatNotFound):
                raise
            except ChatError as error:
                note = f"looking again was broken off: {error}"
                return replace(state, usage=purse.usage, notes=(note,))
            if not steps:
                return _stopped(state, "nothing else was proposed", purse)
            for step, wanted in steps[:allowed]:
                yield Status(f"{_DOING[step.action]}: {step.text}")
                state = self._after(query, state, step, wanted)
                allowed -= 1
                if state.sure >= self.settings.least_confidence and state.found != found:
                    return _stopped(state, _CONFIDENT, purse)
        reason = "as many searches as are allowed" if purse.left else "the time for it is spent"
        return _stopped(state, reason, purse)

    def _proposed(self, query: Query, state: Looked, budget: Budget) -> list[tuple[Step, Query]]:
        """The steps that the chat model proposes and that were not taken yet, as queries."""
        papers = {f"P{n}": paper for n, paper in enumerate(state.found.papers[:_LISTED], start=1)}
        searched = [step.text for step in state.trail if step.action == "search"]
        messages = look_messages(query.asked, papers, searched)
        said = ask_aside(self.chat, query.asked, messages, budget)
        taken = {(step.action, step.text) for step in state.trail} | {("search", query.asked)}
        steps: list[tuple[Step, Query]] = []
        for proposed in read_steps(said, papers):
            if isinstance(proposed, Paper):
                step = Step("open", proposed.title)
                within = replace(query.within, paper_ids=(proposed.paper_id,))
                wanted = replace(query, search=query.read, within=within, sides=(), parts=())
            else:
                step = Step("search", proposed)
                wanted = replace(query, search=proposed, sides=(), parts=())
            if (step.action, step.text) not in taken:
                steps.append((step, wanted))
        return steps

    def _after(self, query: Query, state: Looked, step: Step, wanted: Query) -> Looked:
        """What there is once the step was taken; without new quotes only the trail grows."""
        found = _together(state.found, self.find(wanted), query, self.settings)
        sure = self.weigh(query, found)
        known = [item.quote for item in state.found.evidence]
        new = sum(not _among(item.quote, known) for item in found.evidence)
        trail = (*state.trail, replace(step, quotes=new))
        if not new or sure < state.sure:
            return replace(state, trail=trail)
        return Looked(found, sure, trail)


def read_steps(said: str, papers: Mapping[str, Paper]) -> list[str | Paper]:
    """What a chat model proposes, line by line: the words of a search, or the paper to open.

    `papers` are those it may open, by key. Of a search only plain words are left; what is no
    step, or comes after STOP, is passed over.
    """
    steps: list[str | Paper] = []
    for line in said.splitlines():
        match = _LINE.fullmatch(line.strip())
        if match is None:
            continue
        action, rest = match[1].upper(), match[2]
        if action == "STOP":
            break
        if action == "OPEN":
            key = _KEY.match(rest)
            if key and (paper := papers.get(f"P{key[1]}")) and paper not in steps:
                steps.append(paper)
        elif (words := _plain(rest)) and words not in steps:
            steps.append(words)
    return steps[:MOST_PROPOSED]


def _plain(text: str) -> str:
    """The plain words of a proposed search; empty where none of them means anything."""
    words = [word for word in _WORD.findall(text) if len(word) <= _MOST_LETTERS][:_MOST_WORDS]
    plain = " ".join(words)
    return plain if content_stems(plain) else ""


def _stopped(state: Looked, why: str, budget: Budget) -> Looked:
    return replace(state, trail=(*state.trail, Step("stop", why)), usage=budget.usage)


def _together(found: Found, more: Found, query: Query, settings: Settings) -> Found:
    """The best of both, each quote and paper once."""
    quotes: list[Quote] = []
    for quote in (*found.quotes, *more.quotes):
        if not _among(quote, quotes):
            quotes.append(quote)
    ranked = sorted(quotes, key=lambda quote: (-quote.score, _place(quote)))
    best = best_quotes(ranked, settings.quotes)
    papers = {paper.paper_id: paper for paper in (*found.papers, *more.papers)}
    scores: dict[str, PaperScore] = {}
    for hit in (*found.hits, *more.hits):
        scores.setdefault(hit.paper_id, hit)
    shown = keyed(near_best(best, settings.least_odds), papers.values(), query.asked)
    known = {_place(item.quote): (item.side, item.beside) for item in found.evidence}
    of = [known.get(_place(item.quote), ("", False)) for item in shown]
    marked = (
        replace(item, side=side, beside=beside)
        for item, (side, beside) in zip(shown, of, strict=True)
    )
    return replace(
        found,
        hits=tuple(scores.values()),
        papers=tuple(papers[hit] for hit in scores),
        quotes=tuple(best),
        evidence=tuple(marked),
    )


def _among(quote: Quote, others: Sequence[Quote]) -> bool:
    return any(same_words(quote, other) for other in others)


def _place(quote: Quote) -> tuple[str, str, int]:
    return (quote.paper_id, quote.field, quote.start)
