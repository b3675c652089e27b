"""What the endpoints return, as their documentation tells it; `rag.wire` makes the objects."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from rag.types import Missing, Support, TextField


class ErrorShape(BaseModel):
    """What went wrong and what to do, and the kind of error."""

    error: str
    kind: str


class CitationShape(BaseModel):
    """A quote; `start` and `end` are character offsets into the paper's `field`, or null."""

    marker: int
    paper_id: str
    title: str
    arxiv_id: str | None
    field: str
    quote: str
    start: int | None
    end: int | None
    shortened: bool


class SentenceShape(BaseModel):
    """A sentence with its verdict; `citations` are positions in the answer's list, from 0."""

    text: str
    citations: list[int]
    support: Support
    reason: str


class PaperScoreShape(BaseModel):
    """A paper that was found, with the scores of its best passage: fused, by vectors, by words."""

    paper_id: str
    score: float
    vector_score: float | None
    word_score: float | None


class UsageShape(BaseModel):
    """Tokens that a chat model read and wrote."""

    prompt: int
    completion: int
    cached: int


class UnderstoodShape(BaseModel):
    """A filter read from the question, and the words that said so."""

    kind: str
    value: str
    wording: str


class StepShape(BaseModel):
    """One thing done while looking again."""

    action: Literal["search", "open", "stop"]
    text: str
    quotes: int


class CritiqueShape(BaseModel):
    """A defect found in a sentence of a draft, and what came of it."""

    sentence: int
    defect: str
    evidence: str
    outcome: Literal["revised", "kept", "invalid"]


class AnswerShape(BaseModel):
    """An answer with all its evidence: what `askpapers ask --json` prints."""

    id: str
    question: str
    answer: str
    abstained: bool
    reason: str
    confidence: float
    sentences: list[SentenceShape]
    citations: list[CitationShape]
    hits: list[PaperScoreShape]
    backend: str
    timings_ms: dict[str, float]
    removed_markers: int
    usage: UsageShape | None
    asked: str
    understood: list[UnderstoodShape]
    missing: Missing
    nearest: list[CitationShape]
    notes: list[str]
    trail: list[StepShape]
    critiques: list[CritiqueShape]


class HitShape(BaseModel):
    """A paper that was found, by its best passage; `rank` counts from 1."""

    rank: int
    paper_id: str
    title: str
    arxiv_id: str | None
    docnos: list[str]
    score: float
    vector_score: float | None
    word_score: float | None
    field: TextField
    start: int
    end: int
    text: str


class PaperShape(BaseModel):
    """A paper: null for an identifier, date or venue that no source gives, empty text where none
    is.
    """

    paper_id: str
    title: str
    arxiv_id: str | None
    doi: str | None
    authors: list[str]
    published: str | None
    abstract: str
    summary: str
    sources: list[str]
    categories: list[str]
    venue: str | None


class PapersShape(BaseModel):
    """A page of a list, counted from 1, and how many papers the list has in all."""

    total: int
    page: int
    size: int
    papers: list[PaperShape]


class RecordShape(BaseModel):
    """What one place in one source says about a paper; `same_as` and `because` say why it is of
    this paper.
    """

    key: str
    source: str
    position: int
    docno: str | None
    title: str
    abstract: str
    summary: str
    authors: list[str]
    authors_complete: bool
    published: str | None
    arxiv_id: str | None
    doi: str | None
    categories: list[str]
    venue: str | None
    same_as: str | None
    because: str


class WholePaperShape(PaperShape):
    """A paper with where it came from: what `askpapers show --json` prints."""

    url: str | None
    authors_complete: bool
    docnos: list[str]
    aliases: list[str]
    records: list[RecordShape]


class HealthShape(BaseModel):
    """What is served here: version, papers and how they can be found, chat model."""

    status: Literal["ok"]
    version: str
    papers: int
    by_words: int
    by_vectors: int
    vectors_a_second: float
    seconds_left: float | None
    problem: str
    backend: str


class SourceShape(BaseModel):
    """What was found in one source."""

    name: str
    records: int
    rejects: int
    unseen: int


class RejectShape(BaseModel):
    """A piece of a source that became no record; `text` is its beginning."""

    source: str
    position: int
    reason: str
    text: str
    record: bool


class RejectedShape(BaseModel):
    """Why pieces were no papers: how many for one reason, and the first of them."""

    reason: str
    pieces: int
    examples: list[RejectShape]


class IngestShape(BaseModel):
    """What an ingest did: counts of records read, of papers touched by them, of rejects."""

    records: int
    new: int
    changed: int
    unchanged: int
    merged: int
    vanished: int
    sources: list[SourceShape]
    rejected: list[RejectedShape]
    broken: list[str]
    looked_up: int
    lookup_error: str


class OpenAIErrorPart(BaseModel):
    """What went wrong and what to do."""

    message: str
    type: str
    param: str | None
    code: str


class OpenAIErrorShape(BaseModel):
    """An error as OpenAI's API tells it."""

    error: OpenAIErrorPart


class ModelShape(BaseModel):
    """A model that can be named in a request."""

    id: str
    object: Literal["model"]
    created: int
    owned_by: str


class ModelsShape(BaseModel):
    """The models there are."""

    object: Literal["list"]
    data: list[ModelShape]


class UrlCitationShape(BaseModel):
    """A marker in the text (offsets in characters), the paper it stands for, and its quotes."""

    start_index: int
    end_index: int
    title: str
    url: str
    paper_id: str
    quotes: list[str]


class AnnotationShape(BaseModel):
    """A citation."""

    type: Literal["url_citation"]
    url_citation: UrlCitationShape


class MessageShape(BaseModel):
    """The answer as a message."""

    role: Literal["assistant"]
    content: str
    refusal: None
    annotations: list[AnnotationShape]


class ChoiceShape(BaseModel):
    """The one choice there is."""

    index: int
    message: MessageShape
    logprobs: None
    finish_reason: Literal["stop"]


class TokensShape(BaseModel):
    """Tokens that the chat model read and wrote; none where it does not say."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class CompletionShape(BaseModel):
    """A completion as OpenAI's API tells it, with the whole answer beside it."""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[ChoiceShape]
    usage: TokensShape
    askpapers: AnswerShape
