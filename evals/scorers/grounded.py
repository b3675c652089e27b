"""Is it made up? Sentences held against all that the system had read, cited or not."""

from __future__ import annotations

from collections.abc import Mapping

from evals.cases import Case
from evals.score import Metric, Score
from evals.scorers.checkworthy import Claim, claims
from evals.scorers.entail import Entailer
from evals.scorers.similar_sentences import most_similar
from rag.evidence.sentences import sentence_spans
from rag.types import Answer, Paper

GROUNDED = Metric(
    "grounded",
    "grounded",
    "Share of check-worthy sentences that are borne out by the papers cited or found, wherever"
    " the sentence points.",
    of_answers=True,
)
FOUND = 5  # papers of the ranking that count as read, besides those cited
SENTENCES = 6  # of theirs, the most similar to the claim, that are held against it


def grounded(
    case: Case, answer: Answer, papers: Mapping[str, Paper], entailer: Entailer
) -> Score | None:
    """Share of the answer's check-worthy sentences that the papers bear out, weighed by how many
    the entailer can tell about (for the measure, Es et al., 2024, who call it faithfulness).

    A sentence is held against the quotes of the answer and the sentences of the papers cited and
    of the FOUND first hits, the SENTENCES most similar ones. None for an abstention, which is
    neither grounded nor made up, and for an answer about which nothing can be told.
    """
    if answer.abstained:
        return None
    read = _read(answer, papers)
    verdicts = [
        (claim, entailer.entails(_passages(claim, read), claim.text)) for claim in claims(answer)
    ]
    known = [(claim, verdict) for claim, verdict in verdicts if verdict.supported is not None]
    if not known:
        return None
    made_up = [f"{c.text!r} ({v.why})" for c, v in known if not v.supported]
    why = f"the papers do not say {'; '.join(made_up)}" if made_up else ""
    share = 1 - len(made_up) / len(known)
    return Score(case.id, GROUNDED.name, share, float(len(known)), why)


def _read(answer: Answer, papers: Mapping[str, Paper]) -> tuple[str, ...]:
    """The quotes, and every sentence of the papers that count as read, each once."""
    ids = [citation.paper_id for citation in answer.citations]
    ids += [hit.paper_id for hit in answer.hits[:FOUND]]
    known = [papers[paper_id] for paper_id in dict.fromkeys(ids) if paper_id in papers]
    texts = [text for paper in known for text in (paper.abstract, paper.summary)]
    sentences = [text[a:b] for text in texts for a, b in sentence_spans(text)]
    quotes = [citation.quote for citation in answer.citations if citation.quote]
    return tuple(dict.fromkeys([*quotes, *sentences]))


def _passages(claim: Claim, read: tuple[str, ...]) -> tuple[str, ...]:
    titles = dict.fromkeys(citation.title for citation in claim.citations if citation.title)
    return (*titles, *most_similar(claim.text, read, SENTENCES))
