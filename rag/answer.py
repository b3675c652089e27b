"""The pipeline: a question in, a cited answer out, told in events on the way."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace

from rag.clock import StageClock
from rag.errors import QuestionError
from rag.evidence.confidence import confidence
from rag.evidence.each_paper import kept_to
from rag.evidence.each_part import find_all
from rag.evidence.gather import Found, gather_evidence
from rag.evidence.look_again import Looking
from rag.evidence.missing import what_is_missing
from rag.evidence.papers_saying import listed, papers_saying
from rag.evidence.quotes import SentenceVectors
from rag.finding.filters import EVERYTHING, Filter
from rag.finding.scope import Scope
from rag.finding.terms import content_stems
from rag.library import Library
from rag.models.chat import ChatModel, Warms, answering
from rag.models.judge import Judge
from rag.models.rerank import Reranker
from rag.question.catalogue.among import Among
from rag.question.catalogue.questions import answer_from_catalogue
from rag.question.catalogue.statements import CatalogueReply
from rag.question.catalogue.topic_lists import papers_on
from rag.question.filters_named import merged
from rag.question.restate import restated, restates
from rag.question.saying import saying_of
from rag.question.small_talk import BRIEF, SURELY, is_small_talk
from rag.question.understand import Query, understand
from rag.settings import DEFAULTS, Settings
from rag.support.accord import Told, accords
from rag.support.check import check_draft
from rag.support.judge_prompts import support_messages
from rag.support.layers import Checker, LayeredChecker
from rag.types import Answer, Delta, Done, Event, Evidence, Exchange, Status
from rag.writing.aside import total
from rag.writing.assemble import abstained, blank, from_catalogue, from_checked, from_lack
from rag.writing.cite import Draft
from rag.writing.compose import cited_first, compose, worth_checking
from rag.writing.doubt import doubted, made_up
from rag.writing.draft import none_stands
from rag.writing.improve import OnceChecker, SupportScorer, write_well
from rag.writing.name_papers import from_sayings
from rag.writing.prompts import answer_prompt

MAX_QUESTION_CHARS = 2000
MADE_UP = "what the chat model wrote is not in the quotes"


class Answerer:
    """Answers questions from one library with one chat model; safe to share by threads."""

    def __init__(
        self,
        library: Library,
        chat: ChatModel,
        reranker: Reranker,
        settings: Settings = DEFAULTS,
        judge: Judge | None = None,
        *,
        stand_in: bool = True,
    ) -> None:
        """`judge` weighs what text and agreement leave open; without one the chat model, if it can.

        The quotes `stand_in` for a chat model that fails; else its error is raised, as where
        chat models are measured and an outage is no answer of theirs.
        """
        self._library = library
        self._chat = chat
        self._reranker = reranker
        self._settings = settings
        self._stand_in = stand_in
        self._judge = judge or (chat if isinstance(chat, Judge) else None)
        self._sentences = SentenceVectors(library.embedder)

    def warm(self) -> None:
        """Have the chat model and the judge read what all their prompts begin with, which a first
        question would wait for. Raises ChatError, WeightsError.
        """
        prompts = (answer_prompt("", ()).messages, support_messages((), ""))
        for model in (self._chat, self._judge):  # if it is one, the second time costs nothing
            if isinstance(model, Warms):
                model.warm(prompts)

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
        literally: Sequence[str] = (),
    ) -> Answer:
        """The finished answer. Raises QuestionError, LibraryError, ChatError, WeightsError."""
        answer: Answer | None = None
        for event in self.stream(
            question,
            question_id=question_id,
            within=within,
            history=history,
            literally=literally,
        ):
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
        literally: Sequence[str] = (),
    ) -> Iterator[Event]:
        """Events while the answer is made: statuses, pieces of text, at last `Done`.

        With `within`, from the papers it leaves, also where it is the catalogue that answers.
        `history` is the conversation so far, oldest first: a question that leans on it is asked
        together with what it leans on, and papers keep their numbers. `literally` are wordings
        of the question that are no filters (see `rag.question.understand`). Raises as `ask` does.
        """
        draft = blank(_worded(_checked(question)), question_id, self._chat.name)
        for exchange in history:
            _checked(exchange.question)
        clock = StageClock()
        count = self._library.count()
        yield Status(f"Searching {_counted(count, 'paper')}")
        if count == 0:
            reason = "the library is empty; `askpapers ingest` adds the sample papers"
            yield Done(abstained(draft, reason, clock))
            return
        query = understand(self._library, draft.question, history, within, literally)
        draft = replace(draft, asked=query.asked)
        clock.mark("understand")
        reply = self._from_catalogue(query, within)
        clock.mark("catalogue")
        if reply is not None and (reply.statements or not self._settings.always):
            answer = from_catalogue(draft, reply, dict(query.numbers), clock)
            yield Delta(answer.answer)
            yield Done(answer)
            return
        if query.earlier and restates(self._chat):
            said = restated(self._chat, draft.question, history)
            query = understand(self._library, draft.question, history, within, literally, said)
            clock.mark("understand")
        draft = replace(draft, asked=query.asked, understood=query.understood)
        scope = self._library.scope(query.within) if query.within else None
        if scope and not within and self._settings.always and scope.missing():
            everything = (*literally, *(one.wording for one in query.understood))
            query = understand(self._library, draft.question, history, within, everything)
            draft, scope = replace(draft, understood=()), None
        if scope and (missing := scope.missing()):
            words = ", ".join(dict.fromkeys(f"“{one.wording}”" for one in query.understood))
            why = f" (understood from {words} in the question)" if words else ""
            yield Done(abstained(draft, f"{missing}{why}", clock))
            return
        yield from self._from_papers(query, draft, clock, scope)

    def _from_catalogue(self, query: Query, within: Filter) -> CatalogueReply | None:
        """What the catalogue itself says to a question about the papers that `within` leaves."""
        if within and self._library.scope(within).missing():
            return None  # there is a better way to tell it
        alone = query.question if query.earlier else query.asked
        among = Among(self._library, within)
        told = str(merged(EVERYTHING, query.understood))
        return answer_from_catalogue(among, alone, query.earlier, query.spoken_of) or papers_on(
            self._library, query.search, query.within, told
        )

    def _from_papers(
        self, query: Query, draft: Answer, clock: StageClock, scope: Scope | None
    ) -> Iterator[Event]:
        """Find evidence, weigh whether it answers, write from it, check what was written."""
        settings = self._settings
        yield Status("Reading the closest sentences")

        if told := self._from_sayings(query, draft, clock, scope):
            yield Delta(told.answer)
            yield Done(told)
            return
        find = self._finder(query, clock, scope)
        found, sure = find_all(query, find, _confidence, settings.least_confidence)
        draft = replace(draft, hits=found.hits, papers=found.papers, confidence=sure)
        draft = replace(draft, notes=tuple(map(_silent, found.silent)))
        draft = replace(draft, understood=kept_to(query, found))
        clock.mark("confidence")
        looking = Looking(self._chat, find, _confidence, settings)
        draft, found = yield from looking.again(draft, query, found, clock)
        # What leans on an earlier question is short, and like small talk for that alone; what
        # names papers ("HHH? (Askell 2021)") is none.
        brief = len(content_stems(query.asked)) <= BRIEF
        brief = brief and not (query.earlier or query.names_papers or settings.always)
        chat = brief and is_small_talk(query.asked, self._sentences.of, SURELY)
        if chat or draft.confidence < settings.least_confidence:
            yield Done(self._unanswered(draft, query, found, clock))
            return
        layers = LayeredChecker(self._sentences.of, self._judge, settings.judge_ms)
        checker = OnceChecker(layers)
        draft, written = yield from self._written(draft, query, found, checker, clock)
        if written.declined:
            draft, more = yield from looking.again(draft, query, found, clock, declined=True)
            if more is not found:
                found = more
                draft, written = yield from self._written(draft, query, found, checker, clock)
        if written.sentences:
            yield Status(f"Checking {_counted(len(written.sentences), 'sentence')}")
        answer = self._checked(draft, query, found, written, checker, clock)
        rest = answer.answer.removeprefix(written.text)
        if rest and not answer.abstained and answer.answer == written.text + rest:
            yield Delta(rest)  # the quotes behind what the chat model wrote
        yield Done(answer)

    def _from_sayings(
        self, query: Query, draft: Answer, clock: StageClock, scope: Scope | None
    ) -> Answer | None:
        """The papers that say what is asked of all ("Which papers use ImageNet?"), if it is, and
        some surely do.
        """
        named = query.sides or any(one.kind == "paper_ids" for one in query.understood)
        saying = None if named or query.earlier else saying_of(query.search)
        if saying is None:
            return None
        every = papers_saying(self._library, self._reranker, query.asked, saying, scope)
        clock.mark("quotes")
        if not every:
            return None
        said, more = listed(every)
        draft = replace(
            draft,
            hits=tuple(one.score for one in said),
            papers=tuple(one.paper for one in said),
            confidence=round(said[0].sure, 4),
        )
        evidence = [Evidence("", one.quote, one.paper) for one in said]
        return from_sayings(draft, evidence, more, dict(query.numbers), clock)

    def sure_of(self, question: str) -> float:
        """How probable it is, in [0, 1], that the papers answer a question that stands by itself.

        No chat model is asked. Raises LibraryError, WeightsError.
        """
        query = understand(self._library, question)
        scope = self._library.scope(query.within) if query.within else None
        if scope and scope.missing():
            return 0.0
        find = self._finder(query, StageClock(), scope)
        return find_all(query, find, _confidence, self._settings.least_confidence)[1]

    def _finder(
        self, query: Query, clock: StageClock, scope: Scope | None
    ) -> Callable[[Query], Found]:
        """What finds evidence for `query`, kept to `scope`, and for parts of it."""

        def find(one: Query) -> Found:
            among = scope if one.within == query.within else self._library.scope(one.within)
            parts = (self._sentences, self._reranker, self._settings, clock, among)
            return gather_evidence(self._library, one, *parts)

        return find

    def _written(
        self, draft: Answer, query: Query, found: Found, checker: Checker, clock: StageClock
    ) -> Generator[Event, None, tuple[Answer, Draft]]:
        """What the chat model writes from the evidence, improved as the settings say."""
        yield Status(f"Writing from {_counted(len(found.evidence), 'quote')}")
        prompt, numbers = answer_prompt(query.asked, found.evidence), dict(query.numbers)
        parts = (self._settings, checker, SupportScorer(self._reranker), clock)
        written, critiques = yield from write_well(
            self._chat, prompt, numbers, *parts, stand_in=self._stand_in
        )
        draft = replace(
            draft,
            usage=total(draft.usage, written.usage),
            notes=(*draft.notes, *written.notes),
            critiques=critiques,
            removed_markers=written.draft.removed_markers,
        )
        return draft, written.draft

    def _checked(
        self,
        draft: Answer,
        query: Query,
        found: Found,
        written: Draft,
        checker: Checker,
        clock: StageClock,
    ) -> Answer:
        """The answer from what the chat model wrote, each sentence tested against its quotes."""
        if written.declined:
            return self._unanswered(draft, query, found, clock)
        settings, evidence = self._settings, found.evidence
        # A paper keeps the number that it was streamed with, whatever becomes of its sentence.
        numbers = dict(query.numbers) | dict(written.numbers)
        worth = worth_checking(query.asked, written, evidence)
        checked = check_draft(worth, evidence, checker, settings.failing, numbers)
        failed = none_stands(self.backend, worth, (one.support for one in checked.sentences))
        draft = replace(draft, notes=(*draft.notes, *failed))
        if made_up(query.asked, written, checked, evidence):
            draft = replace(draft, confidence=doubted(draft.confidence))
            if draft.confidence < settings.least_confidence:
                return self._unanswered(draft, query, found, clock, MADE_UP)
        quotes = cited_first(written, answering(evidence), evidence)
        checked = compose(query.asked, checked, evidence, quotes, numbers)
        told = dict.fromkeys(i for one in checked.sentences for i in one.sentence.evidence)
        quoted = [Told(checked.numbers[evidence[i].quote.paper_id], evidence[i]) for i in told]
        noted = accords(query.asked, quoted, self._judge, settings.judge_ms)
        draft = replace(draft, notes=(*draft.notes, *noted))
        clock.mark("check")
        return from_checked(draft, checked, found.evidence, clock)

    def _unanswered(
        self, draft: Answer, query: Query, found: Found, clock: StageClock, also: str = ""
    ) -> Answer:
        """An abstention that says what was looked for, what is missing, and what comes near."""
        likely = also == MADE_UP
        among = "that was asked" if query.within else "in the library"
        lack = what_is_missing(
            query.asked,
            found,
            self._sentences.of,
            likely=likely,
            named=query.names_papers,
            among=among,
        )
        return from_lack(draft, lack, also, dict(query.numbers), clock)


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


def _worded(text: str) -> str:
    """`text`, which must have a word; what was asked before need not, it is only leaned on."""
    if not any(character.isalnum() for character in text):
        raise QuestionError(f"the question has no word: {text[:40]!r}; ask in words")
    return text


def _confidence(
    query: Query,  # noqa: ARG001  # whatever weighs is given both; the quotes' own odds suffice
    found: Found,
) -> float:
    """Estimated probability in [0, 1] that what was found answers the query."""
    return round(confidence(found.quotes), 4) if found.evidence else 0.0


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _silent(side: str) -> str:
    """What a reader is told of a side of the question that nothing answers."""
    return f"No quote answers this for “{side}”."
