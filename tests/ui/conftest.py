"""The browser of the browser tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests of a module; each visit has a profile of its own.

    Not one for all modules: as long as Playwright is there, its event loop runs in the thread of
    the tests, and code that runs one of its own fails in it.
    """
    from playwright.sync_api import sync_playwright

    from tests.ui.browsing import launch

    with sync_playwright() as playwright:
        launched = launch(playwright)
        yield launched
        launched.close()
