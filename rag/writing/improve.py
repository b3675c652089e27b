"""Better drafts for more tokens: the best of several, then its defects found and rewritten.

Best of n: several drafts, those that cannot stand left out, the best by a scorer. Critique and
revise (after Madaan et al., 2023; Saunders et al., 2022): structured critiques, of which only
those count that show verbatim words of the quotes; only the sentences they name are written anew,
and a new sentence is taken only if no check finds it worse than the old one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from rag.clock import StageClock
from rag.errors import ChatAuthError, ChatError, ChatNotFound
from rag.models.chat import ChatModel
from rag.models.rerank import Reranker
from rag.settings import Settings
from rag.support.check import FAILED, CheckedSentence, check_draft, is_echo
from rag.support.layers import WORD_FOR_WORD, Checker, Verdict
from rag.support.quantities import agrees, quantities
from rag.types import Critique, Event, Evidence, Paper, Prompt, Status, Support
from rag.writing.aside import Budget, able, ask_aside, total
from rag.writing.aside_prompts import critique_messages, rewrite_messages
from rag.writing.cite import CitationParser, Draft, DraftSentence
from rag.writing.critiques import from_check, lead, read_critiques
from rag.writing.draft import Written, write

SECONDS, TOKENS = 40.0, 6000
"""What further drafts, and then critique and revision, may take for one answer."""

_MOST_WORDS = 60  # of a sentence written anew
_RANK: Mapping[Support, int] = {
    "contradicted": 0,
    "unsupported": 0,
    "unchecked": 1,
    "supported": 2,
}

Verify = Callable[[Draft], tuple[CheckedSentence, ...]]
"""The verdict on each sentence of a draft, none of them left out."""


class DraftScorer(Protocol):
    """Says how good a draft is, for the best of several to be taken."""

    def score(self, question: str, sentences: Sequence[CheckedSentence]) -> tuple[float, ...]:
        """The higher the better; the first number counts, the next only where it is equal."""
        ...


@dataclass(frozen=True, slots=True)
class SupportScorer:
    """By the share of sentences that their quotes support, then by how likely the reranker finds
    it that they answer, in tenths, then by brevity.
    """

    reranker: Reranker

    def score(self, question: str, sentences: Sequence[CheckedSentence]) -> tuple[float, ...]:
        """As `DraftScorer.score`. Raises WeightsError."""
        supported = sum(one.support == "supported" for one in sentences) / len(sentences)
        said = " ".join(one.sentence.claim for one in sentences)
        (logit,) = self.reranker.score(question, [said])
        likely = 1 / (1 + math.exp(-logit))
        return (round(supported, 2), round(likely, 1), -float(len(said.split())))


@dataclass(slots=True)
class OnceChecker:
    """A Checker that checks the same sentence against the same quotes once."""

    checker: Checker
    _known: dict[tuple[str, tuple[str, ...]], Verdict] = field(default_factory=dict, init=False)

    def check(self, claim: str, quotes: Sequence[str], papers: Sequence[Paper] = ()) -> Verdict:
        """As `Checker.check`."""
        key = (claim, tuple(quotes))
        if key not in self._known:
            self._known[key] = self.checker.check(claim, quotes, papers)
        return self._known[key]


def write_well(
    chat: ChatModel,
    prompt: Prompt,
    numbers: Mapping[str, int],
    settings: Settings,
    checker: Checker,
    scorer: DraftScorer,
    clock: StageClock,
    *,
    stand_in: bool = True,
) -> Generator[Event, None, tuple[Written, tuple[Critique, ...]]]:
    """As `rag.writing.draft.write`, but the best of `Settings.drafts`, after so many rounds of
    critique and revision as `Settings.critique` says; and what was found wrong.

    The first draft is shown as it comes. A chat model that fails at more than that leaves it as it
    is, with a note. Raises as `write`, and WeightsError.
    """

    def verify(draft: Draft) -> tuple[CheckedSentence, ...]:
        return check_draft(draft, prompt.evidence, checker, "mark", numbers).sentences

    written = yield from write(chat, prompt, numbers, stand_in=stand_in)
    clock.mark("chat")
    budget = Budget(SECONDS, TOKENS)
    if settings.drafts > 1 and able(chat):
        others = yield from _other_drafts(chat, prompt, numbers, settings.drafts, budget)
        written = best_of((written, *others), prompt.question, verify, scorer)
        clock.mark("drafts")
    critiques: tuple[Critique, ...] = ()
    if settings.critique and able(chat) and written.draft.sentences and not written.draft.declined:
        reviser = _Reviser(chat, prompt, verify, Budget(SECONDS, TOKENS))
        written, critiques = yield from reviser.revise(written, settings.critique)
        clock.mark("critique")
    return written, critiques


def _other_drafts(
    chat: ChatModel, prompt: Prompt, numbers: Mapping[str, int], drafts: int, budget: Budget
) -> Generator[Event, None, list[Written]]:
    others: list[Written] = []
    for draw in range(1, drafts):
        if not budget.left:
            break
        yield Status(f"Draft {draw + 1} of {drafts}")
        writing = write(chat, replace(prompt, draw=draw), numbers)
        while True:
            try:
                next(writing)
            except StopIteration as stop:
                others.append(stop.value)
                break
        budget.spend(others[-1].usage, len(others[-1].draft.text))
    return others


def best_of(
    drafts: Sequence[Written], question: str, verify: Verify, scorer: DraftScorer
) -> Written:
    """The best of `drafts`, the first one where they are equal, with the tokens of all.

    Out are those that cite nothing, or of which no sentence holds; where none is left, the first
    one stays. Where at least half of them decline, so does the whole.
    """
    usage = total(*(one.usage for one in drafts))
    declined = [one for one in drafts if one.draft.declined]
    if 2 * len(declined) >= len(drafts):
        return replace(declined[0], usage=usage)
    best, points = drafts[0], None
    for one in drafts:
        sentences = () if one.draft.declined else verify(one.draft)
        cites = any(item.sentence.evidence for item in sentences)
        if not cites or all(item.support in FAILED for item in sentences):
            continue
        found = scorer.score(question, sentences)
        if points is None or found > points:
            best, points = one, found
    return replace(best, usage=usage)


@dataclass(frozen=True, slots=True)
class _Reviser:
    chat: ChatModel
    prompt: Prompt
    verify: Verify
    budget: Budget

    def revise(
        self, written: Written, rounds: int
    ) -> Generator[Status, None, tuple[Written, tuple[Critique, ...]]]:
        """The draft after at most so many rounds, fewer where nothing more is found or done."""
        draft, critiques, notes = written.draft, list[Critique](), list[str]()
        try:
            for _ in range(rounds):
                yield Status("Looking for mistakes")
                found = self._critiques(draft)
                flagged = sorted({one.sentence for one in found if one.outcome != "invalid"})
                revised: set[int] = set()
                for place in flagged if self.budget.left else ():
                    yield Status(f"Rewriting sentence {place + 1}")
                    defects = [one for one in found if one.sentence == place]
                    if better := self._better(draft, place, defects):
                        draft, revised = better, revised | {place}
                critiques += [
                    replace(one, outcome="revised")
                    if one.sentence in revised and one.outcome != "invalid"
                    else one
                    for one in found
                ]
                if not revised or not self.budget.left:
                    break
        except (ChatAuthError, ChatNotFound):
            raise
        except ChatError as error:
            notes.append(f"looking for mistakes was broken off: {error}")
        usage = total(written.usage, self.budget.usage)
        made = replace(written, draft=draft, usage=usage, notes=(*written.notes, *notes))
        return made, tuple(critiques)

    def _critiques(self, draft: Draft) -> list[Critique]:
        """What the check finds wrong, and what the chat model does of what the check lets pass."""
        checked, evidence = self.verify(draft), self.prompt.evidence
        found = from_check(checked, evidence)
        # A sentence of a paper, word for word, is not to be mended.
        if self.budget.left and any(one.reason != WORD_FOR_WORD for one in checked):
            messages = critique_messages(self.prompt, draft.sentences)
            said = ask_aside(self.chat, self.prompt.question, messages, self.budget, evidence)
            known = {one.sentence for one in found}
            read = read_critiques(said, checked, evidence)
            found += [one for one in read if one.sentence not in known]
        return found

    def _better(self, draft: Draft, place: int, defects: Sequence[Critique]) -> Draft | None:
        """The draft with the sentence at `place` written anew; None if that is no better."""
        told = [(one.defect, one.evidence) for one in defects if one.outcome != "invalid"]
        messages = rewrite_messages(self.prompt, draft.sentences, place, told)
        evidence = self.prompt.evidence
        said = ask_aside(self.chat, self.prompt.question, messages, self.budget, evidence)
        parser = CitationParser(evidence, draft.numbers)
        parser.feed(lead(said))
        anew = parser.result()
        if anew.declined or anew.removed_markers or not anew.sentences:
            return None
        old, new = draft.sentences[place], anew.sentences[0]
        if not new.evidence:  # small chat models forget the key: it then cites what the old one did
            printed = dict.fromkeys(draft.numbers[evidence[i].quote.paper_id] for i in old.evidence)
            text = f"{new.claim} {''.join(f'[{number}]' for number in printed)}"
            new = replace(new, text=text, evidence=old.evidence)
        before, after = self._verdict(draft, old), self._verdict(draft, new)
        if not no_worse(before, after, evidence, self.prompt.question):
            return None
        sentences = (*draft.sentences[:place], new, *draft.sentences[place + 1 :])
        cited = {evidence[i].quote.paper_id for one in sentences for i in one.evidence}
        numbers = {p: n for p, n in anew.numbers.items() if p in cited or p in draft.numbers}
        text = _put(draft, place, new.text)
        return replace(draft, text=text, sentences=sentences, numbers=numbers)

    def _verdict(self, draft: Draft, sentence: DraftSentence) -> CheckedSentence:
        (checked,) = self.verify(
            replace(draft, text=sentence.text, sentences=(sentence,), removed_markers=0)
        )
        return checked


def no_worse(
    before: CheckedSentence, after: CheckedSentence, evidence: Sequence[Evidence], question: str
) -> bool:
    """Whether a sentence written anew may take the place of the old one, by every check: it is
    another one, cites a quote, is as well supported (better, where the old one failed), says more
    than the question, is no longer than a sentence should be, and keeps every number that the old
    one had from its quotes.
    """
    old, new = before.sentence, after.sentence
    rank, least = _RANK[after.support], max(_RANK[before.support], 1)
    if new.claim == old.claim or not new.evidence or rank < least:
        return False
    if len(new.claim.split()) > max(_MOST_WORDS, len(old.claim.split())):
        return False
    if is_echo(new.claim, question, [evidence[i].quote.text for i in new.evidence]):
        return False
    given = [q for i in old.evidence for q in quantities(evidence[i].quote.text)]
    told = quantities(new.claim)
    return all(
        any(agrees(number, other) for other in told)
        for number in quantities(old.claim)
        if any(agrees(number, other) for other in given)
    )


def _put(draft: Draft, place: int, text: str) -> str:
    """The draft's text with another sentence at `place`."""
    start = 0
    for one in draft.sentences[:place]:
        found = draft.text.find(one.text, start)
        start = found + len(one.text) if found >= 0 else start
    old = draft.sentences[place].text
    at = draft.text.find(old, start)
    if at < 0:  # text between sentences was tidied up: put together anew
        return " ".join(text if n == place else one.text for n, one in enumerate(draft.sentences))
    return draft.text[:at] + text + draft.text[at + len(old) :]
