"""Trying an endpoint: what came of it in words, and its key in none of them."""

from __future__ import annotations

import pytest

from rag.config import Config
from tests.openai_stand_in import NO_SUCH_MODEL, WRONG_KEY, Reply, openai_stand_in, says
from ui.app.endpoint_trial import tried
from ui.app.knobs import Endpoint

KEY = "sk-very-secret-0123456789"
YES_OR_NO = Reply(first_tokens=(("Yes", -0.1), ("No", -2.3)))


def test_an_endpoint_that_works_is_told_with_its_words_and_what_it_can(config: Config) -> None:
    with openai_stand_in(says("I am ", "ready."), YES_OR_NO) as endpoint:
        found = tried(Endpoint(endpoint.base_url, "tiny", KEY), config)
        assert endpoint.keys[0] == KEY
    assert found.works
    assert "“I am ready.”" in found.text
    assert "can help to check sentences" in found.text


def test_one_that_cannot_judge_works_and_says_so(config: Config) -> None:
    with openai_stand_in(says("Ready.")) as endpoint:
        found = tried(Endpoint(endpoint.base_url, "tiny"), config)
    assert found.works
    assert "shown as unchecked" in found.text


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (WRONG_KEY, "did not accept the key"),
        (NO_SUCH_MODEL, "no such model"),
        (Reply(status=400, message=f"bad key {KEY}"), "answered 400"),
    ],
)
def test_what_went_wrong_is_told_without_the_key(config: Config, reply: Reply, told: str) -> None:
    with openai_stand_in(reply) as endpoint:
        found = tried(Endpoint(endpoint.base_url, "tiny", KEY), config)
    assert not found.works
    assert told in found.text
    assert KEY not in found.text


def test_an_endpoint_that_repeats_the_key_does_not_bring_it_onto_the_page(config: Config) -> None:
    with openai_stand_in(says(f"Your key is {KEY}."), YES_OR_NO) as endpoint:
        assert KEY not in tried(Endpoint(endpoint.base_url, "tiny", KEY), config).text


def test_openai_itself_is_not_asked_without_a_key(config: Config) -> None:
    assert "needs a key" in tried(Endpoint("", "gpt-4o-mini"), config).text
