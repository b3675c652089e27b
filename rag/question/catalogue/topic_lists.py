"""“List papers on scaling laws”: what a search finds, of which the text holds all of the topic."""

from __future__ import annotations

import re

from rag.finding.filters import Filter
from rag.finding.retrieve import search_papers
from rag.finding.terms import content_stems
from rag.library import Library
from rag.question.catalogue.statements import LISTED, CatalogueReply, Statement, counted, lines
from rag.question.leaning import without_openers
from rag.types import Paper

_LIST = re.compile(
    r"(?:(?:please |can you |could you )*(?:list|show|give|find|name|tell)(?: me)?"
    r"(?: all| any| some)*(?: of)?(?: the| your)?|which|what|are there(?: any)?"
    r"|(?:do )?(?:you|we) (?:have|hold)(?: got)?(?: any)?|have you(?: got)?(?: any)?|(?:is|are)"
    r" there(?: any)?|got(?: any)?|any|all(?: the)?|how many)?"
    r" ?\b(?:papers|works|studies|articles|publications|ones?(?= (?:is|are|deals?|talks?)\b)"
    r"|(?:any|some)thing(?: here| there)?(?= (?:on|about|regarding|covering)\b)|stuff|literature"
    r"|research)"
    r"(?: here| there)?(?: that)?(?: are(?: there)?| do you have| you have| deals?| talks?| is)?"
    r" (?:about|concerning|covering|on|regarding|related to|with) (?P<topic>.+?)"
    r"(?: (?:do you have|are there|are here|(?:in|of) (?:here|(?:the|this|your) library)))?",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"\b(?:are|claim|did|do|does|find|had|has|have|is|report|say|show|shows|uses?|was|were|who)\b",
    re.IGNORECASE,
)


def papers_on(
    library: Library, question: str, within: Filter, told: str = ""
) -> CatalogueReply | None:
    """The papers on a topic that `question` asks to have listed, of those that `within` leaves;
    None if it asks for no such list, or no paper found holds all words of the topic.

    `told` is what is said of `within`, as the question itself had it.
    Raises LibraryError, WeightsError.
    """
    match = _LIST.fullmatch(without_openers(" ".join(question.split())).strip(" ?!."))
    if not match or _CLAUSE.search(match["topic"]):
        return None
    topic, stems = match["topic"], set(content_stems(match["topic"]))
    scope = library.scope(within) if within else None
    if not stems or (scope and scope.missing()):
        return None
    found = search_papers(library, topic, LISTED, scope)
    papers = [paper for paper, _ in found if stems <= set(content_stems(_text(paper)))]
    if not papers:
        return None
    kept = f" ({told})" if told else ""
    text = (
        f"A search for “{topic}”{kept} finds {counted(len(papers), 'paper')} with these words in"
        " title or abstract, the likeliest first."
    )
    lead = Statement(
        text, tuple((paper, "title" if paper.title else "paper_id") for paper in papers)
    )
    return CatalogueReply((lead, *lines(papers, "title")))


def _text(paper: Paper) -> str:
    return f"{paper.title}\n{paper.abstract}\n{paper.summary}"
