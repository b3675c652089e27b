"""Turns of a conversation as HTML: questions, answers with their markers, abstentions, errors.

Questions, paper texts and what chat models write are untrusted. Every piece of them passes
through `html.escape` here, and the page shows nothing that was not made here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from html import escape
from itertools import pairwise

from rag.spans import answer_spans
from rag.stored.chosen import Chosen, notes_chosen
from rag.types import Answer, Citation, Sentence, Support
from ui.app.actions import Go, account, button, go, menu
from ui.app.evidence import quote_key
from ui.app.improved_html import improved_html
from ui.app.pieces import Piece
from ui.app.talk import MORE, Talk
from ui.app.turns import Turn
from ui.console import span
from ui.filling import Filling
from ui.quoted import quoted
from ui.understood import understood_in_words

MARKER = re.compile(r"\[([0-9]{1,4})\]")
END = re.compile(r"(?:\[[0-9]{1,4}\]|\S)[^\w\s\[\]]*$")
"""The last marker or character of a sentence, with what closes it."""

SUPPORT_NOTES: dict[Support, tuple[str, str, str]] = {
    "supported": ("✓", "", "The sentences it cites bear this out."),
    "unchecked": ("?", "unchecked", "Not checked against the sentences it cites: read them."),
    "unsupported": ("!", "not supported", "The sentences it cites do not bear this out."),
    "contradicted": ("✗", "contradicted", "The sentences it cites say otherwise."),
}
"""A mark, a word where the reader is to be warned, and what it means."""

WELCOME = (
    '<div class="welcome"><h2>What do the papers say?</h2>'
    "<p>Ask in your own words. Every sentence of an answer points at a sentence of a paper, and "
    "where the papers do not answer, you are told so.</p></div>"
)
HINT = (
    '<div class="hint"><h3>Evidence</h3><p>The papers an answer cites are shown here. Click a '
    "marker such as <b>[1]</b> to see the sentence it stands for in its place.</p></div>"
)

Below = Callable[[Turn], str]
"""The HTML of what can be done with a turn that has ended."""


def _nothing(_turn: Turn) -> str:
    return ""


def conversation(turns: Sequence[Turn], earlier: int, below: Below) -> list[Piece]:
    """The turns, oldest first, and that there are so many `earlier` ones."""
    pieces = [Piece(turn.key, partial(turn_html, turn, below)) for turn in turns]
    return [Piece(f"{earlier} earlier", partial(_earlier, earlier)), *pieces] if earlier else pieces


def _earlier(count: int) -> str:
    told = f"Show {min(MORE, count)} of {_count(count, 'earlier question')}"
    return f'<p class="earlier">{go("earlier", "", told, "quiet")}</p>'


def turn_html(turn: Turn, below: Below = _nothing) -> str:
    """A question and its answer as far as it is there."""
    edit = ""
    if not turn.running:
        edit = button("Edit this question", "edit", "✎", edit=str(turn.number))
    return (
        f'<article class="turn" data-turn="{turn.number}"{_identity(turn)}{_asked_of(turn)}>'
        f'<div class="asked"><h2 class="question">{escape(turn.question)}</h2>{edit}</div>'
        f'<div class="reply" aria-live="polite" aria-busy="{str(turn.running).lower()}">'
        f"{_reply(turn)}</div>{'' if turn.running else below(turn)}</article>"
    )


def _identity(turn: Turn) -> str:
    return f' data-answer="{escape(turn.answer.id)}"' if turn.answer else ""


def _asked_of(turn: Turn) -> str:
    """The papers chosen for a question, while its answer can be lost with the server."""
    return _chosen(turn.chosen) if turn.running else ""


def _chosen(chosen: Chosen) -> str:
    return f' data-chosen="{escape(chosen.told())}"' if chosen else ""


def notice(title: str, told: str) -> str:
    """What went wrong, where there is no turn to tell it in."""
    return (
        f'<div class="notice error" role="alert"><h3>{escape(title)}</h3>'
        f"<p>{escape(told)}</p></div>"
    )


def _reply(turn: Turn) -> str:
    text = f'<div class="text streaming">{escape(turn.text)}</div>' if turn.text else ""
    if turn.answer is not None:
        warning = f'<p class="note" role="alert">{escape(turn.warning)}</p>' if turn.warning else ""
        shown = _abstention(turn.answer) if turn.answer.abstained else _answer(turn, turn.answer)
        return shown + warning
    if turn.error:
        return text + notice("That did not work", turn.error)
    if turn.stopped:
        note = " What is above was not checked." if turn.text else ""
        return f'{text}<p class="status">Stopped.{note}</p>'
    unchecked = " (unchecked until it is done)" if turn.text else ""
    return (
        f'{text}<p class="status working">{escape(turn.status)}…{unchecked}'
        '<span class="since" aria-hidden="true"></span></p>'
    )


def _answer(turn: Turn, answer: Answer) -> str:
    text = f'<div class="text">{answer_text(answer, turn.number)}</div>'
    return f"{_understood(answer)}{text}{_notes(answer)}{improved_html(answer)}{account(answer)}"


def _understood(answer: Answer) -> str:
    """How the question was taken: what it leans on, and the papers it was kept to."""
    told = [f"Kept to {values}" for values in dict.fromkeys(understood_in_words(answer).values())]
    if answer.asked not in ("", answer.question):
        told.insert(0, f"Asked: {answer.asked}")
    return "".join(f'<p class="understood">{escape(text)}</p>' for text in told)


def _notes(answer: Answer) -> str:
    return "".join(f'<p class="note">{escape(note)}</p>' for note in answer.notes)


def answer_text(answer: Answer, turn: int) -> str:
    """The answer with each sentence in its own span and each marker a button to its quotes.

    Text between sentences stays as it is. Text that belongs to no sentence is shown without
    buttons.
    """
    starts = [start for start, _ in answer_spans(answer)]
    if not starts:
        return escape(answer.answer)
    pieces = [escape(answer.answer[: starts[0]])]
    for place, (sentence, (start, end)) in enumerate(
        zip(answer.sentences, pairwise([*starts, len(answer.answer)]), strict=True)
    ):
        pieces.append(_sentence(answer, turn, place, sentence, answer.answer[start:end]))
    return "".join(pieces)


def _sentence(answer: Answer, turn: int, place: int, sentence: Sentence, printed: str) -> str:
    body = printed.rstrip()
    last = END.search(body)
    end = last.start() if last else len(body)
    mark = _support(sentence, f"t{turn}s{place}")
    return (
        f'<span class="sentence {sentence.support}" data-sentence="{place}">'
        f"{_marked(answer, turn, sentence, body[:end])}"
        f'<span class="together">{_marked(answer, turn, sentence, body[end:])}{mark}</span></span>'
        f"{escape(printed[len(body) :])}"
    )


def _marked(answer: Answer, turn: int, sentence: Sentence, text: str) -> str:
    """A part of a sentence, its markers as buttons."""
    pieces: list[str] = []
    cursor = 0
    for match in MARKER.finditer(text):
        cited = [i for i in sentence.citations if answer.citations[i].marker == int(match[1])]
        pieces.append(escape(text[cursor : match.start()]))
        pieces.append(_marker(answer, turn, cited) if cited else escape(match[0]))
        cursor = match.end()
    return "".join((*pieces, escape(text[cursor:])))


def _support(sentence: Sentence, name: str) -> str:
    """A quiet mark; hovered, focused or tapped it tells why."""
    mark, word, meaning = SUPPORT_NOTES[sentence.support]
    told = f" {escape(word)}" if word else ""
    why = escape(sentence.reason)
    kind = word or "supported"
    reason = f'<span class="reason">{why[:1].upper()}{why[1:]}.</span>' if why else ""
    return (
        f'<span class="support"><button type="button" class="mark"'
        f' aria-label="{kind}: why?" aria-describedby="{name}">{mark}{told}</button>'
        f'<span class="why-supported" role="tooltip" id="{name}">{meaning}{reason}</span></span>'
    )


def _marker(answer: Answer, turn: int, cited: Sequence[int]) -> str:
    first = answer.citations[cited[0]]
    keys = " ".join(quote_key(turn, i) for i in cited)
    return (
        f'<button type="button" class="marker" data-turn="{turn}" data-quotes="{keys}"'
        f' data-paper="{first.marker}" title="{escape(first.title)}"'
        f' aria-label="Show what {first.marker} says: {escape(first.title)}">'
        f"[{first.marker}]</button>"
    )


def _nearest(answer: Answer) -> str:
    """The quotes that come near a question that is not answered."""
    near = "".join(map(_near, answer.nearest))
    return f"<p>What comes near:</p>{near}" if near else ""


def _near(one: Citation) -> str:
    ask = go("ask-only", one.paper_id, "Ask this paper", "link")
    return f"<blockquote>{escape(quoted(one))} <cite>{escape(one.title)}</cite> {ask}</blockquote>"


def _abstention(answer: Answer) -> str:
    reason = answer.reason[:1].upper() + answer.reason[1:]
    reason += "" if reason.endswith((".", "?", "!")) or not reason else "."
    return (
        f"{_understood(answer)}"
        f'<div class="notice abstained"><h3>{escape(answer.answer)}</h3><p>{escape(reason)}</p>'
        f"{_nearest(answer)}{_next_steps(answer)}</div>"
        f"{_notes(answer)}{improved_html(answer)}{account(answer)}"
    )


def _next_steps(answer: Answer) -> str:
    """What may help, by what is missing."""
    steps = []
    if answer.understood or notes_chosen(answer):
        steps.append(go("widen", "", "Ask all papers, without filters", "quiet"))
    if answer.missing != "not_about_papers":
        steps.append('<button type="button" class="quiet" data-tab="library">Add papers</button>')
    told = {
        "not_about_papers": "Ask about something that papers report.",
        "not_in_library": "Papers that cover it may be added, or it is put in other words there.",
        "not_in_abstract": "Ask for something that an abstract tells, or read the paper itself.",
    }.get(answer.missing, "Ask in other words, or add papers that cover it.")
    buttons = f'<p class="steps">{"".join(steps)}</p>' if steps else ""
    return f'<p class="next">{told}</p>{buttons}'


def chips(talk: Talk, chosen: Chosen) -> str:
    """What the last question was kept to by its words, and those to come by the papers that were
    `chosen`, each with what takes it back.
    """
    answer = talk.last.answer if talk.last else None
    found = dict.fromkeys(one.wording for one in answer.understood) if answer else {}
    asked: list[tuple[str, Go]] = [(words, ("unfilter", words)) for words in found]
    asked += [(f"only “{title}”", ("free", paper_id)) for paper_id, title in chosen.only]
    asked += [(f"without “{title}”", ("free", paper_id)) for paper_id, title in chosen.without]
    told_again = f"<span hidden{_chosen(chosen)}></span>" if chosen else ""
    return told_again + "".join(
        f'<button type="button" class="chip" data-go="{verb}" data-value="{escape(value)}"'
        f' aria-label="Take back: {escape(told)}"><span>{escape(told)}</span> ✕</button>'
        for told, (verb, value) in asked
    )


def suggestions(questions: Sequence[str]) -> Piece:
    """Questions to go on with; one click asks."""
    asks = "".join(go("ask", question, question, "suggestion") for question in questions)
    told = f'<div class="suggestions"><h3>Ask next</h3>{asks}</div>'
    return Piece("\n".join(questions), lambda: told)


def address(talk: Talk) -> Piece:
    """What the page's address is to name, and the conversation as files."""
    name = escape(talk.conversation_id)
    kept = bool(name) and any(turn.answer and not turn.warning for turn in talk.turns)
    files = menu("Export", f"/conversation/{name}") if kept else ""
    where = f'<div><span hidden data-conversation="{name}"></span>{files}</div>'
    return Piece(f"{talk.conversation_id} {kept}", lambda: where)


def header(filling: Filling | None, problem: str = "") -> str:
    """The head of the page: the name and what there is to ask about, or what is wrong."""
    state = problem if filling is None else _state(filling)
    wrong = filling is None or filling.problem
    return (
        f'<div class="brand"><h1>askpapers</h1><p class="{"problem" if wrong else ""}">'
        f"{escape(state)}</p></div>"
    )


def _state(filling: Filling) -> str:
    """How many papers there are, and which of them questions may miss yet."""
    state, waiting = _count(filling.standing.papers, "paper"), filling.standing.waiting
    if not waiting:
        return state
    state += f" · {waiting:,} found by words only so far"
    if filling.problem:
        return f"{state}: {filling.problem}"
    if filling.seconds_left:
        state += f", {span(filling.seconds_left)} left at {filling.rate:.0f} a second"
    return state


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
