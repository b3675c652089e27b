"""What the settings tell: models that are there, how a pull stands, what improving has cost."""

from __future__ import annotations

from dataclasses import replace

from rag.config import Config
from rag.settings import Configuration, Settings
from rag.stored.spent import Spent
from ui.app.endpoint_trial import Tried
from ui.app.settings_html import costs_html, model_labels, pulled_html, refused_html, tried_html
from ui.pulling import Pulled

HOSTILE = "<img src=x onerror=alert(1)>"
PLAIN = Configuration.of("local")
DRAFTS = Configuration.of("local", Settings(drafts=3))


def test_an_endpoint_is_offered_where_one_is_known_without_its_password(config: Config) -> None:
    assert [name for _, name in model_labels(config, True)] == ["extractive", "local"]
    url = "http://user:swordfish@host:8000/v1"
    labels = model_labels(replace(config, openai_base_url=url, openai_model="m"), True)
    assert labels[-1] == ("Endpoint: m at host:8000", "openai:m")


def test_costs_are_medians_of_what_was_made_so() -> None:
    known = [Spent(PLAIN, s, 700) for s in (4.0, 5.0, 9.0)] + [Spent(DRAFTS, 15.0, 2_100)]
    shown = costs_html(known, "local")
    assert "<th scope=row>As it is by default</th><td>3</td><td>5.0 s</td><td>700</td>" in shown
    assert "<th scope=row>Best of several drafts</th><td>1 <span" in shown
    assert "<td>15.0 s</td><td>2,100</td>" in shown
    assert "Not used here yet: With critique, Looking again." in shown


def test_of_a_chat_model_that_was_not_used_no_cost_is_claimed() -> None:
    assert "nothing is known" in costs_html([Spent(PLAIN, 4.0, 700)], "openai:m")


def test_how_far_a_pull_is_can_be_read_and_heard() -> None:
    shown = pulled_html(Pulled("fetching", 250_000_000, 1_000_000_000))
    assert 'aria-valuenow="25"' in shown
    assert "250 of 1,000 MB" in shown


def test_words_of_others_are_no_markup() -> None:
    for shown in (
        tried_html(Tried(True, HOSTILE)),
        refused_html(HOSTILE),
        pulled_html(Pulled("failed", 0, 1, HOSTILE)),
        costs_html([Spent(replace(PLAIN, backend=HOSTILE), 1.0, None)], HOSTILE),
    ):
        assert "<img" not in shown
