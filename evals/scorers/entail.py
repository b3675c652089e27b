"""Whether passages bear a claim out: the Entailer Protocol, verdicts, and who can give them.

What exact text or a number decides is decided first; only the rest is left to a likeness.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from evals.scorers.exact_text import check_sentence
from rag.errors import ConfigError
from rag.finding.terms import content_stems
from rag.support.judge_prompts import NO, YES, support_messages
from rag.support.negation import denies

if TYPE_CHECKING:
    from rag.config import Config
    from rag.models.judge import Judge
    from rag.models.rerank import Reranker
    from rag.models.weights import Progress

ENTAILERS = ("exact", "words", "reranker", "local", "openai:MODEL")
"""Who can be asked for; the last two are judges, whose entailers are called `judge:local`, …"""

# Without a card; from the train claims of SciFact, which `eval validate` fits cards' ones on.
WORDS_THRESHOLD = 0.54
RERANKER_THRESHOLD = 1.73
JUDGE_THRESHOLD = 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a claim is borne out, None where only a judge could tell and there is none.

    `certain` says that exact text or a number decided, not a likeness; `why` names what did.
    `likeness` is what a threshold was held against otherwise, the higher the more likely borne
    out; None where nothing of the kind was measured.
    """

    supported: bool | None
    certain: bool
    why: str = ""
    likeness: float | None = None


class Entailer(Protocol):
    """Says whether passages, taken together, bear a claim out."""

    @property
    def name(self) -> str:
        """What is said to have judged: `exact`, `words`, `reranker`, `judge:local`, …"""
        ...

    def entails(self, passages: Sequence[str], claim: str) -> Verdict:
        """Verdict on `claim` (without markers). Raises ChatError, WeightsError."""
        ...


def entailer_named(name: str, config: Config, progress: Progress | None = None) -> Entailer:
    """The entailer of that name (one of ENTAILERS, `local:PATH`, or as an entailer calls itself),
    which remembers what it was asked; its threshold is the one that its card froze, if any.

    Raises ConfigError for an unknown name, WeightsError for a model file that is not there.
    """
    judge = name.removeprefix("judge:")
    if name == "exact":
        return ExactEntailer()
    if name == "words":
        return WordEntailer(frozen(name, WORDS_THRESHOLD))
    if name == "reranker":
        from rag.models.rerank import CrossEncoder

        reranker = CrossEncoder.load(config, progress)
        return Remembering(RerankerEntailer(reranker, frozen(name, RERANKER_THRESHOLD)))
    if judge and (judge != name or name.partition(":")[0] in ("local", "openai")):
        from rag.models.judge import judge_model

        return Remembering(judge_entailer(judge_model(judge, config)))
    raise ConfigError(f"nobody called {name!r} judges support: use one of {', '.join(ENTAILERS)}")


def judge_entailer(judge: Judge) -> JudgeEntailer:
    """The entailer that asks `judge`, with the threshold that its card froze."""
    return JudgeEntailer(judge, frozen(JudgeEntailer(judge).name, JUDGE_THRESHOLD))


def frozen(name: str, otherwise: float) -> float:
    """The threshold that an entailer's card froze, else `otherwise`. Raises SourceError."""
    from evals.scorers.cards import card_for

    card = card_for(name)
    return otherwise if card is None or card.threshold is None else card.threshold


@dataclass(frozen=True, slots=True)
class ExactEntailer:
    """What is certain without a model: a claim that is one of the passages, that states a number
    which stands in none of them, or that is a sentence of theirs but for a negation.

    The last is certain too, because the words decide: a likeness would find the opposite as like
    as the thing itself, and must not be asked. A denial in other words is left to a judge.
    """

    name: str = "exact"

    def entails(self, passages: Sequence[str], claim: str) -> Verdict:
        """None for all that lies between, which takes a judge."""
        support = check_sentence(claim, passages)
        if support == "supported":
            return Verdict(True, True, "stands there word for word")
        if support == "unsupported":
            why = "states a number that stands nowhere there" if passages else "cites nothing"
            return Verdict(False, True, why)
        if any(denies(claim, passage) for passage in passages):
            return Verdict(False, True, "says the opposite, word for word but for a negation")
        return Verdict(None, False, "only a judge can tell")


class Likener(Protocol):
    """Measures how likely passages bear a claim out, and from which `threshold` on they do."""

    @property
    def name(self) -> str: ...

    @property
    def threshold(self) -> float: ...

    def likeness(self, passages: Sequence[str], claim: str) -> float:
        """The higher, the more likely; the scale is the likener's own."""
        ...


def exact_first(likener: Likener, passages: Sequence[str], claim: str) -> Verdict:
    """The certain verdict where there is one, else whether the likeness reaches the threshold."""
    verdict = ExactEntailer().entails(passages, claim)
    if verdict.certain:
        return verdict
    likeness = likener.likeness(passages, claim)
    supported = likeness >= likener.threshold
    sign = "≥" if supported else "<"
    why = f"{likener.name} {likeness:.2f} {sign} {likener.threshold:.2f}"
    return Verdict(supported, False, why, likeness)


@dataclass(frozen=True, slots=True)
class WordEntailer:
    """Likeness is the share of the claim's content words, stemmed, that the passages hold.

    It sees no negation and no word order: a baseline, to be trusted as far as its card goes.
    """

    threshold: float = WORDS_THRESHOLD
    name: str = "words"

    def likeness(self, passages: Sequence[str], claim: str) -> float:
        """From 0 to 1; 0 for a claim without content words."""
        wanted = set(content_stems(claim))
        held = {stem for passage in passages for stem in content_stems(passage)}
        return len(wanted & held) / len(wanted) if wanted else 0.0

    def entails(self, passages: Sequence[str], claim: str) -> Verdict:
        """Never None."""
        return exact_first(self, passages, claim)


@dataclass(frozen=True, slots=True)
class RerankerEntailer:
    """Likeness is the reranker's logit for the claim as the question.

    It is trained to see whether a passage is to the point, not whether it agrees.
    """

    reranker: Reranker
    threshold: float = RERANKER_THRESHOLD
    name: str = "reranker"

    def likeness(self, passages: Sequence[str], claim: str) -> float:
        """About -11 to 11, of the passage that is most to the point."""
        return max(self.reranker.score(claim, passages))

    def entails(self, passages: Sequence[str], claim: str) -> Verdict:
        """Never None. Raises WeightsError."""
        return exact_first(self, passages, claim)


@dataclass(frozen=True, slots=True)
class JudgeEntailer:
    """Likeness is the log-odds of "Yes" against "No" as a chat model's reply to whether the
    passages say so (for the method, Kadavath et al., 2022: P(True)).
    """

    judge: Judge
    threshold: float = JUDGE_THRESHOLD

    @property
    def name(self) -> str:
        """`judge:` and the chat model's name."""
        return f"judge:{self.judge.name}"

    def likeness(self, passages: Sequence[str], claim: str) -> float:
        """Above 0 where Yes is likelier. Raises ChatError."""
        yes, no = self.judge.weigh(support_messages(passages, claim), (YES, NO))
        return yes - no

    def entails(self, passages: Sequence[str], claim: str) -> Verdict:
        """Never None. Raises ChatError."""
        return exact_first(self, passages, claim)


@dataclass(frozen=True, slots=True)
class Remembering:
    """An entailer that asks another one each thing once; recall and precision ask the same."""

    entailer: Entailer
    _told: dict[tuple[tuple[str, ...], str], Verdict] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The other's."""
        return self.entailer.name

    def entails(self, passages: Sequence[str], claim: str) -> Verdict:
        """The other's verdict."""
        key = (tuple(passages), claim)
        if key not in self._told:
            self._told[key] = self.entailer.entails(passages, claim)
        return self._told[key]
