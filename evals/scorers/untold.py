"""What a system never tells, and so cannot be graded by: that is unknown, and not bad."""

from __future__ import annotations

from collections.abc import Collection

from evals.score import Metric, Reply
from evals.scorers.quotes import QUOTE
from evals.scorers.ranking import RANKING


def untold(replies: Collection[Reply]) -> tuple[Metric, ...]:
    """The metrics that answers made elsewhere are not graded by: of retrieval, where none of them
    names what was found; of quotes, where none of them quotes anything.
    """
    answers = [reply.answer for reply in replies if reply.answer]
    finds = any(answer.hits for answer in answers)
    quotes = any(citation.quote for answer in answers for citation in answer.citations)
    return (*(() if finds else RANKING), *(() if quotes else (QUOTE,)))
