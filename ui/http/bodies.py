"""What requests hold: questions with their filter and history, filters of a query string."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from rag.answer import MAX_QUESTION_CHARS
from rag.finding.filters import Filter, parse_years
from rag.types import Exchange

MOST_EARLIER = 50  # questions of a conversation that a body may hold


class Within(BaseModel):
    """The papers that an answer may rest on; an empty list leaves every one."""

    model_config = ConfigDict(extra="forbid")
    years: Annotated[
        tuple[int | None, int | None], Field(description="First and last year of publication.")
    ] = (None, None)
    authors: Annotated[list[str], Field(description="Words of authors' names; any of them.")] = []
    categories: Annotated[list[str], Field(description="Such as cs or cs.LG.")] = []
    sources: Annotated[list[str], Field(description="Names of sources; * and ? stand open.")] = []
    ids: Annotated[list[str], Field(description="Paper ids, arXiv ids or DOIs.")] = []

    without: Annotated[list[str], Field(description="Papers that are left out, named so.")] = []

    def filter(self) -> Filter:
        """Raises QuestionError for a senseless value."""
        lists = (self.authors, self.categories, self.sources, self.ids, self.without)
        return Filter(self.years, *map(tuple, lists))


class Cited(BaseModel):
    """A paper and its printed number; a citation of an earlier answer has both."""

    model_config = ConfigDict(extra="ignore")
    paper_id: str
    marker: int


class Earlier(BaseModel):
    """An earlier question of the conversation; an earlier answer, as it was returned, is one."""

    model_config = ConfigDict(extra="ignore")
    question: str
    asked: str = ""
    citations: list[Cited] = []
    nearest: list[Cited] = []

    def exchange(self) -> Exchange:
        """As the answerer takes it; of what is too long for a question, the beginning."""
        cited = {one.paper_id: one.marker for one in self.citations}
        near = {one.paper_id: one.marker for one in self.nearest}
        most = MAX_QUESTION_CHARS  # reading a conversation takes the square of what it holds
        question, asked = self.question[:most], self.asked[:most]
        return Exchange(question, asked, tuple(cited.items()), tuple(near.items()))


class Ask(BaseModel):
    """A question to the papers of the library."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"question": "How does loss scale with model size?"}]},
    )
    question: str
    filter: Within = Within()
    history: Annotated[
        list[Earlier],
        Field(max_length=MOST_EARLIER, description="Earlier answers, oldest first, as returned."),
    ] = []
    literally: Annotated[
        list[str], Field(description="Wordings of the question that are no filter.")
    ] = []
    backend: Annotated[
        str, Field(description="The chat model; without it the one chosen in the app.")
    ] = ""
    stream: Annotated[bool, Field(description="Answer in server-sent events.")] = False


class TextPart(BaseModel):
    """A part of a message; only text can be read."""

    model_config = ConfigDict(extra="ignore")
    type: Literal["text"]
    text: str


class ChatMessage(BaseModel):
    """A message of a conversation, as OpenAI's API has it."""

    model_config = ConfigDict(extra="ignore")
    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[TextPart] | None = None

    @property
    def text(self) -> str:
        """All its text."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content)
        return self.content or ""


class StreamOptions(BaseModel):
    """What a stream holds beside the text."""

    model_config = ConfigDict(extra="ignore")
    include_usage: bool = False


class Completion(BaseModel):
    """A conversation to be continued, as OpenAI's API has it; other parameters change nothing."""

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={
            "examples": [
                {
                    "model": "askpapers",
                    "messages": [{"role": "user", "content": "How does loss scale?"}],
                }
            ]
        },
    )
    messages: Annotated[list[ChatMessage], Field(min_length=1, max_length=4 * MOST_EARLIER)]
    model: str = "askpapers"
    stream: bool = False
    stream_options: StreamOptions | None = None
    n: Annotated[int, Field(ge=1, le=1)] = 1

    @property
    def wants_usage(self) -> bool:
        """Whether a stream is to tell the tokens."""
        return bool(self.stream_options and self.stream_options.include_usage)


def filter_of(
    year: Annotated[str, Query(description="2022, 2020..2023, 2020.. or ..2023")] = "",
    author: Annotated[list[str] | None, Query()] = None,
    category: Annotated[list[str] | None, Query()] = None,
    source: Annotated[list[str] | None, Query()] = None,
    id: Annotated[list[str] | None, Query()] = None,  # noqa: A002  the name of the parameter
    without: Annotated[list[str] | None, Query()] = None,
) -> Filter:
    """The filter of a query string. Raises QuestionError for a senseless value."""
    lists = (author, category, source, id, without)
    years = parse_years(year) if year else (None, None)
    return Filter(years, *(tuple(values or ()) for values in lists))


Count = Annotated[int, Query(ge=1, le=1000, description="The most papers to give.")]
OfQuery = Annotated[Filter, Depends(filter_of)]
