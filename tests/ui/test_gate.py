"""The gate: who has the password comes in, by page or by header; wrong ones are counted."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from ui.http.passwords import Password, session_key
from ui.http.protection import Protection

SECRET = "correct horse battery"
HERE = "http://papers.example"
PAGE = {"accept": "text/html"}


@pytest.fixture(scope="module")
def password() -> Password:
    """Made once: its hash is slow on purpose."""
    return Password.of(SECRET)


def guarded(password: Password, home: Path) -> TestClient:
    """A client of an app with one page, another machine's, that keeps to what it is told."""
    app = FastAPI()
    app.get("/")(lambda: "papers")
    app.get("/api/health")(lambda: "well")
    Protection(password, session_key(password, home)).stand_before(app)
    return TestClient(app, base_url=HERE, follow_redirects=False, client=("203.0.113.9", 4000))


@pytest.fixture
def client(password: Password, tmp_path: Path) -> Iterator[TestClient]:
    """One that has given no password yet."""
    with guarded(password, tmp_path) as made:
        yield made


def test_a_browser_is_led_to_the_login_page_and_back_to_where_it_was_going(
    client: TestClient,
) -> None:
    led = client.get("/?paper=doi:10.5/wicks", headers=PAGE)
    assert led.status_code == 303
    entered = client.post(led.headers["location"], data={"password": SECRET})
    assert entered.status_code == 303
    assert entered.headers["location"] == "/?paper=doi:10.5/wicks"
    assert client.get("/", headers=PAGE).json() == "papers"


def test_the_cookie_cannot_be_read_by_scripts_nor_sent_from_other_pages(client: TestClient) -> None:
    cookie = client.post("/login", data={"password": SECRET}).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert SECRET not in cookie


def test_the_session_outlives_the_server_but_not_the_password(
    client: TestClient, password: Password, tmp_path: Path
) -> None:
    client.post("/login", data={"password": SECRET})
    cookie = {"cookie": f"askpapers={client.cookies['askpapers']}"}
    with guarded(Password.of(SECRET), tmp_path) as restarted:
        assert restarted.get("/api/health", headers=cookie).status_code == 200
    with guarded(Password.of("another password"), tmp_path) as changed:
        assert changed.get("/api/health", headers=cookie).status_code == 401


@pytest.mark.parametrize("cookie", ["in", "in.aaaa.bbbb", "", "in.ZZ.x" * 50])
def test_a_forged_cookie_is_none(client: TestClient, cookie: str) -> None:
    reply = client.get("/api/health", headers={"cookie": f"askpapers={cookie}"})
    assert reply.status_code == 401


def test_a_program_sends_the_password_with_each_request(client: TestClient) -> None:
    basic = b64encode(f"me:{SECRET}".encode()).decode()
    for value in (f"Bearer {SECRET}", f"Basic {basic}"):
        assert client.get("/api/health", headers={"authorization": value}).json() == "well"
    refused = client.get("/api/health")
    assert (refused.status_code, refused.json()["kind"]) == (401, "Refused")
    assert refused.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("value", ["Bearer wrong", "Basic !!", "Basic", "Digest x", "Bearer "])
def test_anything_else_is_refused(client: TestClient, value: str) -> None:
    assert client.get("/api/health", headers={"authorization": value}).status_code == 401


def test_after_some_wrong_passwords_even_the_right_one_waits(client: TestClient) -> None:
    said = [client.post("/login", data={"password": f"guess {n}"}).status_code for n in range(8)]
    assert said == [401] * 6 + [429] * 2
    assert client.post("/login", data={"password": SECRET}).status_code == 429
    reply = client.get("/api/health", headers={"authorization": f"Bearer {SECRET}"})
    assert (reply.status_code, reply.headers["retry-after"]) == (429, "60")


def test_guesses_sent_all_at_once_are_counted_as_well(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at: list[str] = []
    fits = Password.fits

    def counted(self: Password, sent: str) -> bool:
        looked_at.append(sent)
        return fits(self, sent)

    monkeypatch.setattr(Password, "fits", counted)
    with ThreadPoolExecutor(12) as many:
        said = list(
            many.map(
                lambda n: (
                    client.get(
                        "/api/health", headers={"authorization": f"Bearer guess {n}"}
                    ).status_code
                ),
                range(12),
            )
        )
    assert sorted(said) == [401] * 6 + [429] * 6
    assert len(looked_at) == 6


def test_the_right_password_sent_many_times_at_once_is_let_in_each_time(client: TestClient) -> None:
    right = {"authorization": f"Bearer {SECRET}"}
    with ThreadPoolExecutor(12) as many:
        said = list(
            many.map(lambda _: client.get("/api/health", headers=right).status_code, range(12))
        )
    assert said == [200] * 12


def test_who_is_in_already_is_not_shut_out_by_the_guesses_of_others(client: TestClient) -> None:
    client.post("/login", data={"password": SECRET})
    for number in range(8):
        client.post("/login", data={"password": f"guess {number}"})
    assert client.get("/api/health").status_code == 200


@pytest.mark.parametrize("onwards", ["//evil.example", "https://evil.example", "/\\evil", "x"])
def test_nobody_is_led_elsewhere(client: TestClient, onwards: str) -> None:
    entered = client.post("/login", params={"next": onwards}, data={"password": SECRET})
    assert entered.headers["location"] == "/"


def test_the_login_page_writes_no_input_into_itself_and_runs_no_script(client: TestClient) -> None:
    page = client.get("/login", params={"next": '/"><script>alert(1)</script>'})
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "script-src" not in page.headers["content-security-policy"]


def test_another_origin_may_not_try_passwords(client: TestClient) -> None:
    reply = client.post(
        "/login", data={"password": SECRET}, headers={"origin": "https://evil.example"}
    )
    assert reply.status_code == 403


def test_leaving_takes_the_cookie_back(client: TestClient) -> None:
    client.post("/login", data={"password": SECRET})
    client.get("/logout")
    assert client.get("/api/health").status_code == 401
