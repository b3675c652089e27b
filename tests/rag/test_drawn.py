"""A chat model drawn from asks for the draft of its seed, and is the same one otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from rag.models.drawn import Drawn
from rag.types import Prompt, Usage


@dataclass
class Heard:
    """Keeps what it is asked, and says whether its writing was stopped."""

    name: str = "heard"
    prompts: list[Prompt] = field(default_factory=list)
    closed: bool = False

    def stream(self, prompt: Prompt) -> Iterator[str | Usage]:
        """Two words."""
        self.prompts.append(prompt)
        try:
            yield "one"
            yield "two"
        finally:
            self.closed = True


def test_every_prompt_is_asked_with_the_seed() -> None:
    heard = Heard()
    drawn = Drawn(heard, 7)
    assert drawn.name == "heard"
    assert list(drawn.stream(Prompt("q", (), ()))) == ["one", "two"]
    assert [(prompt.question, prompt.draw) for prompt in heard.prompts] == [("q", 7)]


def test_closing_it_stops_the_writing() -> None:
    heard = Heard()
    pieces = Drawn(heard, 7).stream(Prompt("q", (), ()))
    assert next(pieces) == "one"
    pieces.close()  # type: ignore[attr-defined]  # a generator, as chat models give
    assert heard.closed
