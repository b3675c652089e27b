"""What a page asks of the library's tab, judged where it comes in."""

from __future__ import annotations

from typing import Any, cast

import pytest

from rag.config import Config
from tests.ui.desks import desk_of
from tests.ui.scripted import ScriptedAnswerer
from ui.app.library import LibraryView

NOBODY = cast(Any, None)  # who asks does not matter to a list


@pytest.mark.parametrize("page", [-1, 10**30])
def test_a_page_of_the_list_that_is_not_there_is_no_fault(config: Config, page: int) -> None:
    view = LibraryView(desk_of(config, ScriptedAnswerer()))
    assert "html" in view.table({"page": page, "words": "lamps"}, NOBODY)
