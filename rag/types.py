"""The vocabulary: every value that travels between the parts, frozen, standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Support = Literal["supported", "unsupported", "contradicted", "unchecked"]
"""Verdict on one sentence against the quotes it cites."""

Missing = Literal["", "not_in_library", "not_in_abstract", "not_about_papers"]
"""Why nothing could be answered: no paper is about it, the papers that are do not say it in what
the library holds of them, or it is no question to papers; empty for any other reason.
"""

TextField = Literal["abstract", "summary"]
"""The fields of a paper that hold prose, and so chunks and quotes with offsets."""


@dataclass(frozen=True, slots=True)
class Record:
    """What one place in one source says about one work; any field may be empty.

    `source` is the source's name (a file's base name, a feed's id), `position` counts the
    records of that source from 0, `docno` is the record's own id where the source gives one.
    `published` is an ISO date as far as known: `2022`, `2022-03` or `2022-03-04`.
    `authors_complete` is False when the source prints "et al." or only one of several names.
    `categories` are subjects as the source codes them: arXiv's `cs.LG`, or keywords. `venue` is
    the journal, conference or book that it appeared in, never where a preprint of it lies.
    """

    source: str
    position: int
    docno: str = ""
    title: str = ""
    abstract: str = ""
    summary: str = ""
    authors: tuple[str, ...] = ()
    authors_complete: bool = False
    published: str = ""
    arxiv_id: str = ""
    doi: str = ""
    categories: tuple[str, ...] = ()
    venue: str = ""

    @property
    def key(self) -> str:
        """Identity of this record within a library: `source#docno`, or `source#position`."""
        return f"{self.source}#{self.docno or self.position}"


@dataclass(frozen=True, slots=True)
class Reject:
    """A piece of a source that became no record, with the reason; `text` is its beginning.

    `record` says that it was to be one, in a file of records, and is no mere remark in a page.
    """

    source: str
    position: int
    reason: str
    text: str = ""
    record: bool = False


@dataclass(frozen=True, slots=True)
class Paper:
    """One work, merged from every record that mentions it.

    `summary` is a third party's text about the paper, never the authors' own. `sources` are
    the names of the sources it came from, sorted; `docnos` the records' own ids, sorted;
    `aliases` are earlier ids by which it can still be found.
    """

    paper_id: str
    title: str
    abstract: str = ""
    summary: str = ""
    authors: tuple[str, ...] = ()
    authors_complete: bool = False
    published: str = ""
    arxiv_id: str = ""
    doi: str = ""
    sources: tuple[str, ...] = ()
    docnos: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    venue: str = ""

    @property
    def year(self) -> int | None:
        """Year of publication, if known."""
        return int(self.published[:4]) if self.published else None

    @property
    def url(self) -> str:
        """Where the paper can be read: arXiv page, else DOI, else empty."""
        if self.arxiv_id:
            return f"https://arxiv.org/abs/{self.arxiv_id}"
        return f"https://doi.org/{self.doi}" if self.doi else ""

    @property
    def venue_in_short(self) -> str:
        """The venue as it stands among other facts, cut where it is longer than a line."""
        most = 120  # characters: proceedings with their number, place and year have about so many
        return self.venue if len(self.venue) <= most else f"{self.venue[: most - 1].rstrip()}…"

    def text(self, field: TextField) -> str:
        """The prose that chunks and quotes of `field` point into."""
        return self.abstract if field == "abstract" else self.summary


@dataclass(frozen=True, slots=True)
class KeyedRecord:
    """A record with what it is found by; each number stands for something of 64 bits.

    `record_id` is its identity: source, docno and all that it says. `alone` stands for the paper
    id it would have by itself; records of one work have the same one, or share one of `keys`.
    """

    record: Record
    record_id: int
    alone: int
    keys: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Work:
    """A paper together with every record it is merged from; what a library is written with."""

    paper: Paper
    records: tuple[KeyedRecord, ...]


@dataclass(frozen=True, slots=True)
class Chunk:
    """A span of a paper's title and abstract (or summary), the unit of the index.

    `paper.text(field)[start:end] == text`; `title` is indexed with it.
    """

    chunk_id: str
    paper_id: str
    title: str
    field: TextField
    start: int
    end: int
    text: str

    @property
    def passage(self) -> str:
        """What is embedded: the title first, so that no span is without its topic."""
        return f"{self.title}\n{self.text}".strip()


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk with its scores: `score` is the fused one in [0, 1], the others are what it fuses.

    `vector_score` is cosine similarity, `word_score` is BM25; None where that way did not find it.
    """

    chunk: Chunk
    score: float
    vector_score: float | None = None
    word_score: float | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """A verbatim span of a paper: `paper.text(field)[start:end] == text`.

    `score` says how much it bears on the question, in [0, 1]; `says` are the log-odds that it says
    what is asked, as the reranker reads it alone. `shortened` says that it is part of a sentence
    only.
    """

    paper_id: str
    field: TextField
    start: int
    end: int
    text: str
    score: float = 0.0
    shortened: bool = False
    says: float = -10.0


@dataclass(frozen=True, slots=True)
class Citation:
    """A pointer to a quote; `marker` is the printed number, one per paper.

    `start` and `end` are character offsets into the paper's `field`; both None for a catalogue
    field (`title`, `authors`, `published`, …), whose whole value is the quote. `shortened` says
    that the quote is part of a sentence only.
    """

    marker: int
    paper_id: str
    title: str
    arxiv_id: str
    field: str
    quote: str
    start: int | None = None
    end: int | None = None
    shortened: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an answer; `citations` are positions in `Answer.citations`.

    `reason` says in words for a person why `support` is what it is.
    """

    text: str
    citations: tuple[int, ...]
    support: Support
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PaperScore:
    """A paper found for a question, with the scores of its best chunk (see `Hit`)."""

    paper_id: str
    score: float
    vector_score: float | None = None
    word_score: float | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens that a chat model read and wrote for one answer; `cached` of the read ones were not
    read anew.
    """

    prompt: int
    completion: int
    cached: int = 0


@dataclass(frozen=True, slots=True)
class Exchange:
    """An earlier question of a conversation and what came of it.

    `asked` is the question as it was understood, standing by itself; empty if it is the same.
    `cited` are the papers of its answer with their printed numbers, `near` those that came near
    an abstention: a paper keeps its number over a whole conversation.
    """

    question: str
    asked: str = ""
    cited: tuple[tuple[str, int], ...] = ()
    near: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Understood:
    """A filter read from the question: its kind and value as `filters.Filter` names them, and
    the words that said so ("since 2022"), by which it can be taken back.
    """

    kind: Literal["years", "authors", "categories", "sources", "paper_ids"]
    value: str
    wording: str


@dataclass(frozen=True, slots=True)
class Step:
    """One thing done while looking again, in words for a person, and how many quotes it brought."""

    action: Literal["search", "open", "stop"]
    text: str
    quotes: int = 0


@dataclass(frozen=True, slots=True)
class Critique:
    """A defect found in a sentence of a draft, with the verbatim evidence that shows it.

    `sentence` is its position in the draft; `outcome` says what came of it.
    """

    sentence: int
    defect: str
    evidence: str
    outcome: Literal["revised", "kept", "invalid"] = "kept"


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything a screen, an API or a scorer needs to show and judge one answer.

    `answer` is the text as printed, markers included. `confidence` in [0, 1] estimates that
    the papers answer the question. `reason` says why it abstained, or is empty. `papers` holds
    the cited and found papers themselves. `timings_ms` maps a stage to milliseconds.
    `removed_markers` counts markers of the chat model that pointed at nothing; `usage` is None
    where no chat model was asked, or it does not say.

    `asked` is the question as it was understood, with what it leans on. `understood` are the
    filters read from it. An abstained answer says what kind of thing is `missing`, and `nearest`
    are quotes that come near. `notes` tell what the reader should know of how it was made (a chat
    model that failed); `trail` and `critiques` what was done to make it better.
    """

    id: str
    question: str
    answer: str
    abstained: bool
    reason: str
    confidence: float
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    hits: tuple[PaperScore, ...]
    backend: str
    timings_ms: dict[str, float]
    papers: tuple[Paper, ...] = ()
    removed_markers: int = 0
    usage: Usage | None = None
    asked: str = ""
    understood: tuple[Understood, ...] = ()
    missing: Missing = ""
    nearest: tuple[Citation, ...] = ()
    notes: tuple[str, ...] = ()
    trail: tuple[Step, ...] = ()
    critiques: tuple[Critique, ...] = ()

    @property
    def exchange(self) -> Exchange:
        """The question and what came of it, for the questions after it."""
        cited = {citation.paper_id: citation.marker for citation in self.citations}
        near = {citation.paper_id: citation.marker for citation in self.nearest}
        return Exchange(self.question, self.asked, tuple(cited.items()), tuple(near.items()))


@dataclass(frozen=True, slots=True)
class Status:
    """Event while an answer is made: which stage begins, in words for a person."""

    text: str


@dataclass(frozen=True, slots=True)
class Delta:
    """Event while an answer is made: a further piece of its text, markers already final."""

    text: str


@dataclass(frozen=True, slots=True)
class Done:
    """Last event: the finished answer. Its text replaces what was streamed."""

    answer: Answer


Event = Status | Delta | Done


@dataclass(frozen=True, slots=True)
class Message:
    """One chat message."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """A quote under the opaque key by which the chat model cites it.

    `side` is what it is evidence for, where a question asks for several things side by side. It is
    only `beside` the question where that may ask one paper, and another tells a part of it, too.
    """

    key: str
    quote: Quote
    paper: Paper
    side: str = ""
    beside: bool = False


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a chat model is given: the question, its evidence, and both rendered as messages.

    `draw` 0 asks for the likeliest reply; any other number for one drawn at random, of which the
    number is the seed: where the chat model allows it, the same one gives the same reply.
    """

    question: str
    evidence: tuple[Evidence, ...]
    messages: tuple[Message, ...]
    draw: int = 0
