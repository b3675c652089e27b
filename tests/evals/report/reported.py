"""Hand-made runs for the tests of reports: everything that can come of a case, and hostile text."""

from __future__ import annotations

from dataclasses import replace

from evals.cases import Case
from evals.score import Reply, Run, Score
from evals.scorers import score_reply
from evals.scorers.entail import ExactEntailer
from rag.types import Answer, Citation, PaperScore, Sentence
from tests.evals.answers import BRIDGE, PAPERS, TALL, TOWER, answer, case, prose, silent

HOSTILE = (
    "</script></style><script>window.stung = 1</script><img src=http://192.0.2.1/x.png"
    " onerror='window.stung = 1'>\"><svg onload=window.stung=1> {{ 7 * 7 }} {% raw %} <!-- &amp; "
    "[here](javascript:stung) | `x` \u202edesrever\u202c"
)
"""What a paper, a chat model or another system might say to do harm to the page."""

CASES = (
    replace(case(("3.5 m",), case_id="right"), tags=("number", "high"), reference="It is 3.5 m."),
    replace(case(("25%",), case_id="wrong"), wrong=(("3.5 m",),), history=("What falls?",)),
    case(("3.5 m",), case_id="failed"),
    silent("silent"),
    replace(silent("answered", split="test"), unanswerable="false_premise"),
)
BROKEN_ENDPOINT = "ChatTimeout: no reply within 60 s"
TWO_KINDS = replace(
    answer(
        ("The tallest reaches 3.5 m. [1]", (0,)),
        ("Ice melts [2, 3].", (1,)),
        citations=(
            prose(TOWER, "The tallest reaches 3.5 m."),
            replace(prose(BRIDGE, "Ice bridges melt.", marker=2), quote="Ice bridges thaw."),
        ),
    ),
    sentences=(
        Sentence("The tallest reaches 3.5 m. [1]", (0,), "supported"),
        Sentence("Ice melts [2, 3].", (1,), "unchecked"),
    ),
    hits=(PaperScore(TOWER.paper_id, 0.9),),
)
"""A compound marker of which one number points at nothing, and a quote that is not exact."""

ANSWERS: dict[str, Answer] = {
    "right": TALL,
    "wrong": TWO_KINDS,
    "silent": answer(abstained=True),
    "answered": TALL,
}


def run(
    answers: dict[str, Answer] | None = None, name: str = "new", cases: tuple[Case, ...] = CASES
) -> Run:
    """A run over `cases`; a case without an answer failed."""
    given = ANSWERS if answers is None else answers
    replies = tuple(
        Reply(c.id, given[c.id], ms=120.0) if c.id in given else Reply(c.id, None, BROKEN_ENDPOINT)
        for c in cases
    )
    scores: list[Score] = []
    for c, reply in zip(cases, replies, strict=True):
        scores += score_reply(c, reply, ExactEntailer(), PAPERS)
    config = {"backend": "hand", "settings": {"hits": 10}, "scoring": {"entailer": "exact"}}
    return Run(name, config, cases, replies, tuple(scores))


def hostile_run() -> Run:
    """A run in which every text that comes from outside is hostile."""
    paper = replace(
        TOWER, title=HOSTILE, abstract=f"A. {HOSTILE} B.", authors=(HOSTILE,), arxiv_id=HOSTILE
    )
    start = paper.abstract.index(HOSTILE)
    quoted = Citation(
        1, paper.paper_id, HOSTILE, "", "abstract", HOSTILE, start, start + len(HOSTILE)
    )
    of_field = Citation(1, paper.paper_id, HOSTILE, "", HOSTILE, HOSTILE)
    text = f"{HOSTILE} [1]"
    stinging = replace(
        TALL,
        answer=f"{text} {HOSTILE} [9]",
        sentences=(Sentence(text, (0, 1), "contradicted"),),
        citations=(quoted, of_field),
        papers=(paper,),
        hits=(PaperScore(HOSTILE, 0.5),),
        timings_ms={HOSTILE: 3.0},
    )
    asked = replace(
        CASES[0],
        id=HOSTILE,
        question=HOSTILE,
        tags=(HOSTILE,),
        facts=((HOSTILE,),),
        history=(HOSTILE,),
        reference=HOSTILE,
        papers=(HOSTILE,),
    )
    gave_up = replace(asked, id="gave up")
    failed = replace(asked, id="failed")
    replies = (
        Reply(HOSTILE, stinging, ms=5.0),
        Reply("gave up", replace(answer(abstained=True), reason=HOSTILE)),
        Reply("failed", None, HOSTILE),
    )
    scores = tuple(
        Score(c.id, name, 0.5, why=HOSTILE)
        for c in (asked, gave_up, failed)
        for name in ("fact", HOSTILE)
    )
    config = {"backend": HOSTILE, HOSTILE: HOSTILE}
    return Run(HOSTILE, config, (asked, gave_up, failed), replies, scores)
