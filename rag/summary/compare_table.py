"""Papers beside each other: a row for each, a column a thing asked, each cell a quote or blank.

What every abstract says something about (problem, method, findings) is told by its sentences'
parts. Of anything else a sentence must be near to the column's question for the reranker, helped
by plain cues where the column is a usual one; else the cell stays blank, as the abstract does not
say it. What the catalogue knows (year, authors) is taken from there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.errors import QuestionError
from rag.evidence.quotes import SentenceVectors
from rag.models.rerank import Reranker
from rag.summary.material import Material, of_part, quotable
from rag.summary.types import Part
from rag.summary.writers import ExtractiveWriter, Task
from rag.types import Citation, Paper

MOST_COLUMNS = 10
_MOST_CHARS = 80  # of a column's name
BLANK = "—"
NOT_SAID = "the abstract does not say"

# Chosen on the cells of evals/table_cells.jsonl (`askpapers eval summaries`): logits of the
# reranker, which reads a sentence without its title, or the title alone would pass for an answer.
_LEAST = -6.0
_CUE = 6.0  # what a cue adds


@dataclass(frozen=True, slots=True)
class Cell:
    """What a paper says to a column; None where it does not say."""

    citation: Citation | None

    @property
    def text(self) -> str:
        """The quote, or BLANK."""
        return self.citation.quote if self.citation else BLANK


@dataclass(frozen=True, slots=True)
class Row:
    """A paper, its printed number, and its cells in the order of the columns."""

    paper: Paper
    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class _Usual:
    """A column that is asked for often: its names, the question, and what an answer looks like."""

    names: frozenset[str]
    question: str
    cue: re.Pattern[str]


def _usual(names: str, question: str, cue: str) -> _Usual:
    return _Usual(frozenset(names.split()), question, re.compile(cue, re.IGNORECASE | re.VERBOSE))


_PARTS: dict[str, Part] = {
    **dict.fromkeys(("problem", "aim", "goal", "motivation", "question"), "problem"),
    **dict.fromkeys(("method", "approach", "technique"), "method"),
    **dict.fromkeys(("result", "finding", "conclusion", "outcome"), "findings"),
}
_FIELDS = {"year": "published", "date": "published", "author": "authors", "title": "title"} | {
    "category": "categories",
    **dict.fromkeys(("venue", "journal", "conference"), "venue"),
    "doi": "doi",
    "arxiv": "arxiv_id",
}
_USUAL = (
    _usual(
        "dataset data corpus benchmark",
        "Which datasets or benchmarks were used?",
        r"""\b(?:datasets?|corpora|corpus|benchmarks?|(?:evaluation|test)\ set)\b(?!\ size)
        |\b(?:collect|train|fine-?tun|evaluat|test)\w*\b.{0,60}\b(?:data|examples|comparisons
          |demonstrations|images|posts|pages|prompts|samples|patients|participants)\b
        |\bn\ ?=\ ?\d""",
    ),
    _usual(
        "limitation weakness drawback caveat",
        "What are the limitations or weaknesses?",
        r"""\b(?:limitations?|weakness\w*|drawbacks?|shortcomings?|caveats?)\b|\bstruggl
        |\bcannot\b
        |\bstill\ (?:far|makes?|lacks?|fails?)|\bfar\ from\b|\bfails?\ to\b|\bless\ capable
        |\bmistakes\b|\bmethodological\ issues|\bexploiting\b|\bnot\ (?:yet|able)\b""",
    ),
    _usual(
        "model architecture",
        "Which model was used or trained?",
        r"""\b(?:fine-?tun\w*|train\w*|pre-?train\w*|introduc\w*|us\w+|report\w*|is\ a|discusses
          |modeling|apply)\b.{0,80}\b(?:(?:\w+-)?GPT(?:-\d\S*)?|BERT|LLMs?|transformers?|networks?
          |(?:language|regression|statistical|generative)\ models?|gaussian\ process)\b""",
    ),
    _usual(
        "metric measure",
        "By which metric or measure was it evaluated?",
        r"""\b(?:accuracy|precision|recall|F1|AUC|ROUGE|BLEU|perplexity|loss|reward|error\ rate
          |score|preferred|sensitivity|specificity|hazard\ ratio|odds\ ratio)\b""",
    ),
    _usual(
        "baseline comparison",
        "What is it compared with?",
        r"""\b(?:compared\ (?:to|with)|outperform\w*|baselines?|versus|vs|better\ than|worse\ than
          |surpass\w*|relative\ to|over\ (?:the\ )?(?:baseline|previous|prior))\b""",
    ),
)


def column_names(text: str) -> tuple[str, ...]:
    """The columns of a text like `method, dataset, result`, each once.

    Raises QuestionError for none, for more than MOST_COLUMNS, or for one that is far too long.
    """
    names = tuple(dict.fromkeys(" ".join(name.split()) for name in text.split(",") if name.strip()))
    if not names:
        raise QuestionError(
            f"the columns {text!r} name nothing: give them as method,dataset,result"
        )
    if len(names) > MOST_COLUMNS:
        raise QuestionError(f"{len(names)} columns are too many: {MOST_COLUMNS} are the most")
    for name in names:
        if len(name) > _MOST_CHARS:
            raise QuestionError(
                f"the column {name[:30]!r}… has {len(name)} characters: {_MOST_CHARS} are the most"
            )
    return names


def compare(
    papers: Sequence[Paper],
    columns: Sequence[str],
    vectors: SentenceVectors,
    reranker: Reranker,
) -> Iterator[Row]:
    """One row a paper, in the order given, numbered from 1. Raises WeightsError."""
    writer = ExtractiveWriter(vectors)
    for number, paper in enumerate(dict.fromkeys(papers), start=1):
        material = quotable(paper, number) if paper.abstract or paper.summary else []
        cells = (_cell(paper, number, column, material, writer, reranker) for column in columns)
        yield Row(paper, number, tuple(cells))


def _cell(
    paper: Paper,
    number: int,
    column: str,
    material: Sequence[Material],
    writer: ExtractiveWriter,
    reranker: Reranker,
) -> Cell:
    name = _singular(column)
    if name in _FIELDS:
        return Cell(_from_catalogue(paper, number, name))
    if name in _PARTS:
        part = _PARTS[name]
        own = of_part(material, part)
        drafted = writer.write(Task("paper", paper.title, "", part, own, sentences=1)).sentences
        return Cell(own[drafted[0].uses[0]].citations[0] if drafted else None)
    usual = next((one for one in _USUAL if name in one.names), None)
    question = usual.question if usual else _question(column)
    logits = reranker.score(question, [item.text for item in material])
    scores = [
        logit + (_worth(item, usual) if usual else 0.0)
        for logit, item in zip(logits, material, strict=True)
    ]
    best = max(scores, default=_LEAST)
    return Cell(material[scores.index(best)].citations[0] if best > _LEAST else None)


def _worth(item: Material, usual: _Usual) -> float:
    """What a cue adds; the problem speaks of others, and its sentences count for less."""
    if item.part == "problem":
        return -_CUE
    return _CUE if usual.cue.search(item.text) else 0.0


def _question(column: str) -> str:
    """A column as a question; one that is a question already stays as it is."""
    if column.endswith("?"):
        return column
    if re.match(r"(?:who|what|when|where|which|why|how)\b", column, re.IGNORECASE):
        return f"{column[:1].upper()}{column[1:]}?"
    return f"What is the {column}?"


def _singular(column: str) -> str:
    name = column.lower()
    if name.endswith("ies"):
        return f"{name[:-3]}y"
    return name.removesuffix("es") if name.endswith("sses") else name.removesuffix("s")


def _from_catalogue(paper: Paper, number: int, name: str) -> Citation | None:
    field = _FIELDS[name]
    value = getattr(paper, field)
    text = "; ".join(value) if isinstance(value, tuple) else str(value)
    if not text:
        return None
    shown = text[:4] if name == "year" else text
    return Citation(
        number, paper.paper_id, paper.title, paper.arxiv_id, field, shown, shortened=shown != text
    )
