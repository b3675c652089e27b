"""Does what it cites show it? Strictly by the labels of the case, and sentence by sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from evals.cases import EVERY_PAPER, Case
from evals.score import Metric, Score
from evals.scorers.checkworthy import Claim, claims, is_checkworthy
from evals.scorers.cited import cited_by, names, shown
from evals.scorers.entail import Entailer
from evals.scorers.markers import without_markers
from evals.scorers.wording import any_said
from rag.types import Answer, Citation, Paper

CITATION = Metric(
    "citation",
    "right citation",
    "Share of answerable cases in whose answer every check-worthy sentence cites, only papers of"
    " the case are cited, and every fact stands in something cited.",
)
RECALL = Metric(
    "citation_recall",
    "citation recall",
    "Share of check-worthy sentences that are borne out by all they cite, taken together.",
    of_answers=True,
)
PRECISION = Metric(
    "citation_precision",
    "citation precision",
    "Share of citations that help to bear their sentence out; one that points at nothing does not.",
    of_answers=True,
)


def right_citation(case: Case, answer: Answer, papers: Mapping[str, Paper]) -> Score:
    """1 if it did not abstain, every check-worthy sentence cites, no marker is invented, only
    papers of the case are cited, and every fact of the case stands in something cited; else 0.

    A sentence that claims nothing ("Here is what the papers say:") needs no citation.
    What a catalogue citation shows is its paper's title and the field. A fact about the whole
    library (its papers are `*`), such as a count, stands in no quote and is not looked for there.
    Answerable cases only.
    """
    why = _wrong_citation(case, answer, papers)
    return Score(case.id, CITATION.name, float(not why), why=why)


def _wrong_citation(case: Case, answer: Answer, papers: Mapping[str, Paper]) -> str:
    if answer.abstained:
        return "abstained"
    cited = [(sentence, cited_by(sentence, answer)) for sentence in answer.sentences]
    bare = [
        sentence.text
        for sentence, found in cited
        if not found.citations and is_checkworthy(without_markers(sentence.text))
    ]
    if bare or not cited:
        return f"cites nothing for {bare[0]!r}" if bare else "has no sentences"
    if invented := dict.fromkeys(number for _, found in cited for number in found.invented):
        return f"cites {', '.join(f'[{number}]' for number in invented)}, which is not there"
    used = [citation for _, found in cited for citation in found.citations]
    if not used:
        return "cites nothing"
    if stray := [c.title for c in used if not any(names(paper, c) for paper in case.papers)]:
        return f"cites {'; '.join(dict.fromkeys(stray))}"
    if EVERY_PAPER in case.papers:
        return ""
    texts = [" ".join(shown(citation, papers)) for citation in used]
    missing = [fact[0] for fact in case.facts if not any(any_said(fact, text) for text in texts)]
    return f"no cited quote says {'; '.join(missing)}" if missing else ""


def citation_support(
    case: Case, answer: Answer, papers: Mapping[str, Paper], entailer: Entailer
) -> tuple[Score, ...]:
    """Citation recall and precision as in ALCE (Gao et al., 2023), over any answer given.

    Recall: a sentence counts if its citations together bear it out. Precision: a citation counts
    if its sentence is borne out, and the citation does so alone or the others do not without it.
    An invented number is a citation that does not count; compound markers count one by one (the
    code of ALCE sees neither). Recall is weighed by check-worthy sentences, precision by citations;
    sentences and citations that the entailer cannot tell about are left out of both.
    """
    if answer.abstained:
        return ()
    found = list(claims(answer))
    recalled = [_recalled(claim, papers, entailer) for claim in found]
    precise = [
        one
        for claim, (held, _) in zip(found, recalled, strict=True)
        for one in _precise(claim, held, papers, entailer)
    ]
    precise += [
        (False, f"[{number}] points at nothing")
        for sentence in answer.sentences
        for number in cited_by(sentence, answer).invented
    ]
    both = (_share(case, RECALL, recalled), _share(case, PRECISION, precise))
    return tuple(score for score in both if score)


Outcome = tuple[bool | None, str]
"""Right or not, None where nobody can tell, and why it is not right."""


def _share(case: Case, metric: Metric, outcomes: Sequence[Outcome]) -> Score | None:
    known = [right for right, _ in outcomes if right is not None]
    if not known:
        return None
    why = "; ".join(why for right, why in outcomes if right is False)
    return Score(case.id, metric.name, sum(known) / len(known), float(len(known)), why)


def _recalled(claim: Claim, papers: Mapping[str, Paper], entailer: Entailer) -> Outcome:
    if not claim.citations:
        return False, f"cites nothing for {claim.text!r}"
    verdict = entailer.entails(_passages(claim.citations, papers), claim.text)
    return verdict.supported, f"what it cites does not say {claim.text!r} ({verdict.why})"


def _precise(
    claim: Claim, held: bool | None, papers: Mapping[str, Paper], entailer: Entailer
) -> Iterator[Outcome]:
    for citation in claim.citations:
        others = [other for other in claim.citations if other is not citation]
        right = held
        if held and others:
            right = entailer.entails(_passages([citation], papers), claim.text).supported
            if right is False:
                without = entailer.entails(_passages(others, papers), claim.text).supported
                right = None if without is None else not without
        yield right, f"[{citation.marker}] does not help {claim.text!r}"


def _passages(citations: Sequence[Citation], papers: Mapping[str, Paper]) -> tuple[str, ...]:
    """What the citations show, and their papers' titles, which say what "it" and "we" are."""
    texts = [text for citation in citations for text in shown(citation, papers)]
    titles = [citation.title for citation in citations]
    return tuple(dict.fromkeys(text for text in (*titles, *texts) if text))
