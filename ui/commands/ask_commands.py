"""The command that answers: ask, for one question or a file of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.errors import ChatAuthError, ChatError, QuestionError
from rag.finding.filters import Filter
from rag.types import Answer, Delta, Done, Event, Status
from ui.commands.batch import answered, open_out, read_questions
from ui.commands.conversation_file import add_answer, read_conversation
from ui.commands.filter_options import filtered
from ui.commands.improving import (
    CritiqueOption,
    DraftsOption,
    LookAgainOption,
    improving,
    print_improving,
)
from ui.console import err, hint, out, plain, print_json, progress, warn
from ui.opening import (
    Answerers,
    BackendOption,
    JsonOption,
    open_library,
    require_chat_model,
    settings,
    tell_what_waits,
)
from ui.quoted import quoted
from ui.understood import understood_in_words

if TYPE_CHECKING:
    from rag.answer import Answerer


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(ask)


@filtered
def ask(
    question: Annotated[str | None, typer.Argument(help="The question, in words.")] = None,
    questions: Annotated[
        Path | None,
        typer.Option(metavar="FILE.jsonl", help='Many questions: lines with "id" and "question".'),
    ] = None,
    answers: Annotated[
        Path | None,
        typer.Option("--out", metavar="ANSWERS.jsonl", help="Where to write their answers."),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Keep the answers that --out holds, add the others.")
    ] = False,
    backend: BackendOption = None,
    as_json: JsonOption = False,
    conversation: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.jsonl", help="Ask after the answers in it, and add this one to them."
        ),
    ] = None,
    literally: Annotated[
        list[str] | None,
        typer.Option(metavar="WORDS", help="Words of the question that are no filter."),
    ] = None,
    critique: CritiqueOption = False,
    drafts: DraftsOption = 1,
    look_again: LookAgainOption = 0,
    *,
    within: Filter,
) -> None:
    """Answer a question from the papers, with the quotes that back every sentence.

    "since 2022", "by Nakano" or "in the InstructGPT paper" keep it to those papers.
    One QUESTION, or a file of them: ask --questions FILE.jsonl --out ANSWERS.jsonl.
    A question of a file that fails is reported and left out, the others are still
    answered, and the exit code is 1; --resume then asks only what is missing.
    """
    if (question is None) == (questions is None) or (questions is None) != (answers is None):
        raise typer.BadParameter("give either a QUESTION, or --questions together with --out")
    if questions and conversation:
        raise typer.BadParameter("--conversation takes one QUESTION after the other, no file")
    config, asked = settings(backend), improving(critique, drafts, look_again)
    require_chat_model(config)
    with open_library(config, embeds=True) as library:
        tell_what_waits(library)
        answerer = Answerers(library, config, asked)(config.backend)
        if questions and answers:
            _ask_all(answerer, questions, answers, resume, within)
        elif question is not None:
            history = read_conversation(conversation) if conversation else ()
            told = answerer.stream(
                question, within=within, history=history, literally=literally or ()
            )
            _print_answer(told, conversation, as_json)


def _print_answer(events: Iterator[Event], conversation: Path | None, as_json: bool) -> None:
    """Print the answer that the events end with, and add it to its conversation."""
    answer = _unseen(events) if as_json else _shown(events)
    if conversation:
        add_answer(conversation, answer)
    if as_json:
        from rag.wire import answer_json

        print_json(answer_json(answer))
    else:
        print_evidence(answer)


def _unseen(events: Iterator[Event]) -> Answer:
    """The answer alone."""
    for event in events:
        if isinstance(event, Done):
            return event.answer
    raise AssertionError("a stream of events ended without Done")


def _shown(events: Iterator[Event]) -> Answer:
    """Print the answer while it is made, and in its final words if those differ."""
    console, waiting = out(), err()
    streamed = ""
    with waiting.status("Starting") as status:
        for event in events:
            match event:
                case Status(text):
                    status.update(plain(text))
                case Delta(text):
                    status.stop()  # the answer takes its line
                    streamed += text
                    console.print(plain(text), end="", soft_wrap=True)
                case Done(answer):
                    status.stop()
                    if streamed.strip() and streamed.strip() != answer.answer.strip():
                        console.print("\n\nAfter checking:", style="bold")
                        streamed = ""
                    if not streamed.strip():
                        console.print(plain(answer.answer), end="", soft_wrap=True)
                    console.print()
                    return answer
    raise AssertionError("a stream of events ended without Done")


def _print_understood(answer: Answer) -> None:
    """Print how the question was taken, and what is to be known of how it was answered."""
    if answer.asked not in ("", answer.question):
        hint(f"understood as: {answer.asked}")
    for wording, values in understood_in_words(answer).items():
        hint(f"kept to {values}, because of “{wording}” (not meant so? --literally {wording!r})")
    for note in answer.notes:
        warn(note)


def print_evidence(answer: Answer) -> None:
    """Print how the question was understood, why it abstained, the cited papers with their quotes,
    and what is not backed.
    """
    console = out()
    _print_understood(answer)
    if answer.abstained and answer.reason not in answer.answer:
        console.print(plain(answer.reason, "yellow"), soft_wrap=True)
    _print_quotes(answer)
    for sentence in answer.sentences:
        if sentence.support in ("unsupported", "contradicted"):
            warn(f"{sentence.support} by what it cites: {sentence.text}")
    print_improving(answer)
    unchecked = sum(sentence.support == "unchecked" for sentence in answer.sentences)
    if unchecked:
        hint(f"\nNot checked against the quotes: {unchecked} of {len(answer.sentences)} sentences.")


def _print_quotes(answer: Answer) -> None:
    """Print the quotes that are cited, or that come near, each paper's together."""
    console = out()
    if answer.nearest:
        console.print("\nWhat comes near:")
    papers = {paper.paper_id: paper for paper in answer.papers}
    shown = ""
    for citation in sorted((*answer.citations, *answer.nearest), key=lambda c: c.marker):
        if citation.paper_id != shown:
            shown, paper = citation.paper_id, papers.get(citation.paper_id)
            facts = [citation.title]
            facts += (paper.published[:4], paper.venue_in_short, paper.url) if paper else ()
            line = f"\n[{citation.marker}] {' · '.join(filter(None, facts))}"
            console.print(plain(line, "bold"), soft_wrap=True)
        field = {"abstract": "", "summary": "a third party's summary: "}.get(
            citation.field, f"{citation.field}: "
        )
        console.print(plain(f'    {field}"{quoted(citation)}"', "cyan"), soft_wrap=True)


def _ask_all(
    answerer: Answerer, questions: Path, answers: Path, resume: bool, within: Filter
) -> None:
    """Write one answer a line as each is there. Exits 1 if the chat model failed at some."""
    from rag.wire import answer_json

    asked = read_questions(questions)
    there = answered(answers) if resume else set()
    todo = [question for question in asked if question.id not in there]
    failed = 0
    with open_out(answers, "a" if resume else "w") as written, progress() as bar:
        for done, question in enumerate(todo, start=1):
            try:
                answer = answerer.ask(question.text, question_id=question.id, within=within)
            except ChatAuthError:
                raise  # the key is as wrong for every other question
            except (ChatError, QuestionError) as error:
                failed += 1
                warn(f"question {question.id}: {error}")
            else:
                written.write(json.dumps(answer_json(answer), ensure_ascii=False) + "\n")
                written.flush()
            bar("questions", done, len(todo))
    hint(f"{len(todo) - failed} of {len(todo)} questions answered in {answers}")
    if failed:
        warn(f"{failed} failed; to ask only those again, add --resume")
        raise typer.Exit(1)
