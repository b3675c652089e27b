"""What each layer of the check is worth: who decides what, rightly or not, and what is fitted."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from evals.judging.claim_defects import Cited
from evals.judging.judge_cache import CachedJudge
from evals.judging.support import Read, fitted_constants, in_use, layers, measure
from evals.judging.support_table import support_json, support_tables
from evals.labelled import Half, Pair
from rag.evidence.quotes import SentenceVectors
from rag.support import layers as check_layers
from rag.support import likeness
from rag.support.layers import Verdict
from rag.support.likeness import Signs
from rag.types import Message, Paper
from tests.fakes import HashEmbedder

LIKE, UNLIKE = Signs(0.95, 0.0, 0.0, 0.0), Signs(0.3, 0.5, 0.0, 0.0)
YES, NO = Verdict("supported", "", "text"), Verdict("contradicted", "", "agree")


def read(
    label: str,
    text: Verdict | None = None,
    agree: Verdict | None = None,
    signs: Signs = LIKE,
    judge: float | None = None,
    name: str = "",
) -> Read:
    pair = Pair(name or label, "report", ("It is so.",), name or label, label == "yes", label)
    return Read(pair, text, agree, signs, judge, (1.0, 2.0, 3.0, 4.0))


@pytest.fixture(autouse=True)
def thresholds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(likeness, "BIAS", -6.0)
    monkeypatch.setattr(likeness, "WEIGHTS", (10.0, -4.0, -1.0, -2.0))
    monkeypatch.setattr(check_layers, "SURE_NO", 0.05)


def test_each_layer_gets_what_those_before_it_leave_open() -> None:
    rows = [
        read("yes", text=YES, agree=NO),
        read("no", agree=NO),
        read("no", signs=UNLIKE),
        read("yes", judge=3.0),
        read("yes", judge=-3.0),
    ]
    text, agree, like, judge = layers(rows, judged=False)[:3] + layers(rows[3:], judged=True)[2:3]
    assert [(one.decided.count, one.decided.n) for one in (text, agree, like, judge)] == [
        (1, 5),
        (1, 4),
        (1, 3),
        (2, 2),
    ]
    assert [one.right.count for one in (text, agree, like, judge)] == [1, 1, 1, 1]
    assert [one.ms for one in (text, agree, like, judge)] == [1.0, 2.0, 3.0, 4.0]


def test_what_no_layer_has_decided_is_not_borne_out_until_likeness_guesses() -> None:
    rows = [read("yes"), read("no", signs=UNLIKE)]
    text, _, like, _ = layers(rows, judged=False)
    assert (text.accuracy.value, text.auc.value) == (0.5, 0.5)
    assert (like.accuracy.value, like.balanced.value, like.auc.value) == (1.0, 1.0, 1.0)


def test_with_a_judge_only_what_it_would_get_is_counted() -> None:
    rows = [read("yes", judge=3.0), read("no", judge=-3.0), replace(read("no"), drawn=False)]
    assert [one.n for one in layers(rows, judged=True)] == [2, 2, 2, 2]


def test_an_unknown_name_decides_only_where_no_judge_does() -> None:
    strange = Verdict("unsupported", "", "names")
    rows = [read("yes", agree=strange, judge=3.0), read("no", agree=strange)]
    *_, judge, names = layers(rows, judged=True)
    assert [(one.decided.count, one.right.count) for one in (judge, names)] == [(1, 1), (1, 1)]
    assert names.accuracy.value == 1.0


def test_constants_are_fitted_on_what_text_and_agreement_leave_open() -> None:
    train = [
        read("yes" if n % 2 else "no", None, None, LIKE if n % 3 else UNLIKE, n % 2 - 0.5, str(n))
        for n in range(120)
    ]
    decided = [read("no", agree=NO, signs=LIKE, judge=9.0, name=f"d{n}") for n in range(50)]
    made = [(str(n), UNLIKE) for n in range(60)]
    fitted = fitted_constants([*train, *decided], made)
    assert fitted == fitted_constants(train, made)
    assert fitted.weights[0] > 0 > fitted.weights[1]
    assert 0 < fitted.sure_no < 0.5
    assert fitted.judged == 0.0
    unjudged = [replace(row, judge=None) for row in train]
    assert math.isnan(fitted_constants(unjudged, made).judged)


@dataclass
class Agreeable:
    """A judge that says Yes."""

    asked: list[str] = field(default_factory=list)
    name: str = "agreeable"

    def weigh(self, messages: Sequence[Message], options: Sequence[str]) -> tuple[float, ...]:
        self.asked.append(messages[-1].content)
        return (-0.1, -2.4)


def pair(half: Half, n: int, claim: str, *, supported: bool) -> Pair:
    quote = f"Moss number {n} grows well in the dark of caves."
    paper = Paper(f"p{n}", f"On moss {n}", quote)
    label = "supported" if supported else "no evidence"
    return Pair(f"{half}{n}", half, (quote,), claim, supported, label, (paper,))


def test_the_whole_report_is_printed_and_is_json(tmp_path_factory: pytest.TempPathFactory) -> None:
    halves: tuple[Half, Half] = ("fit", "report")
    pairs = [
        pair(half, n, f"Moss {n} thrives in caves." if n % 2 else "Ferns have no flowers.",
             supported=bool(n % 2))
        for half in halves
        for n in range(8)
    ]  # fmt: skip
    sentences = [
        Cited(text, (text,), (Paper(str(n), "T", text),))
        for n, text in enumerate(("Rain is heavier in May.", "Ada Byron saw 12 ferns."))
    ]
    kept = tmp_path_factory.mktemp("kept") / "said.sqlite"
    judge = Agreeable()
    vectors = SentenceVectors(HashEmbedder())
    report = measure(pairs, sentences, vectors, CachedJudge(judge, kept), most=4)
    assert len(judge.asked) <= 8
    assert report.in_use == in_use()
    untouched = [one for one in report.defects if one.source == "sample library" and not one.defect]
    assert [(one.found.count, one.passed.count) for one in untouched] == [(0, 2)]
    swapped = [one for one in report.defects if one.defect == "swapped number"]
    assert swapped[0].found.count == swapped[0].found.n == 1
    assert json.loads(json.dumps(support_json(report), allow_nan=False))["layers"]
    assert [one.name for one in report.layers] == ["text", "agree", "likeness", "names"]
    assert [one.name for one in report.judged] == ["text", "agree", "judge", "names"]
    assert len(support_tables(report)) == 5
