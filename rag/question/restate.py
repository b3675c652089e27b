"""A follow-up said anew by the chat model, where no rule is sure what it asks (see `followup`).

What it says counts only if it invents nothing: every word that carries meaning stands in the
conversation (for the trade between rewriting and adding, Vakulenko et al., 2021).
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.errors import ChatAuthError, ChatError
from rag.finding.terms import content_stems
from rag.models.chat import ChatModel
from rag.question.leaning import leans
from rag.types import Exchange, Message
from rag.writing.aside import Budget, ask_aside

SECONDS, TOKENS = 10.0, 2000
"""What one question may cost."""

_MOST_EARLIER = 4  # questions of the conversation that are shown
_MOST_CHARS = 300
_RULES = """\
Say the last question of a conversation anew, so that it is understood by itself. Put in what it \
refers to, in the words of the earlier questions; add nothing else, answer nothing. Reply with the \
question alone, on one line."""
_EXAMPLES = (
    (
        "Earlier: How do lichens survive frost?\nLast: Are those found in deserts too?",
        "Are lichens that survive frost found in deserts too?",
    ),
    (
        "Earlier: What is Rosetta trained on?\nEarlier: How large is Rosetta?\n"
        "Last: and if it gets half the data?",
        "How large is Rosetta if it gets half the data?",
    ),
)


def restates(chat: ChatModel) -> bool:
    """Whether the chat model is asked: an API answers in a second; the local model would read the
    prompt for longer than an answer's first words may take.
    """
    return chat.name.startswith("openai:")


def restated(
    chat: ChatModel, question: str, history: Sequence[Exchange], budget: Budget | None = None
) -> str:
    """`question` in words that stand by themselves; empty if the chat model gave none that count.

    Raises ChatAuthError: a key that is wrong here is wrong for the answer too.
    """
    try:
        said = ask_aside(
            chat, question, _messages(question, history), budget or Budget(SECONDS, TOKENS)
        )
    except ChatAuthError:
        raise
    except ChatError:
        return ""  # the rules' reading stands; if the chat model stays away, its answer says so
    line = said.strip().strip('"“”').strip()
    return line if _counts(line, question, history) else ""


def _counts(said: str, question: str, history: Sequence[Exchange]) -> bool:
    if not said or "\n" in said or len(said) > _MOST_CHARS or leans(said):
        return False
    before = " ".join(f"{one.question} {one.asked}" for one in history)
    stems, own = set(content_stems(said)), set(content_stems(question))
    known = own | set(content_stems(before))
    return bool(stems) and stems <= known and (not own or bool(stems & own))


def _messages(question: str, history: Sequence[Exchange]) -> tuple[Message, ...]:
    earlier = [one.asked or one.question for one in history[-_MOST_EARLIER:]]
    shown = "\n".join([*(f"Earlier: {_line(one)}" for one in earlier), f"Last: {_line(question)}"])
    examples = [
        message
        for asked, reply in _EXAMPLES
        for message in (Message("user", asked), Message("assistant", reply))
    ]
    return (Message("system", _RULES), *examples, Message("user", shown))


def _line(text: str) -> str:
    return " ".join(text.split())
