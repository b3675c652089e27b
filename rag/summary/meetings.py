"""Which venues are meetings, whose papers stand in proceedings, and no journals."""

from __future__ import annotations

import re

_MEETING = re.compile(
    r"""\b(?:conferences?|workshops?|symposi(?:um|a)|congress|colloquium|annual\ meeting)\b
    |\bconf\.|\bproc(?:eedings|\.)\ (?:of\ )?(?:the\ )?\d
    |\badvances\ in\ neural\ information\ processing\ systems\b""",
    re.IGNORECASE | re.VERBOSE,
)


def is_meeting(venue: str) -> bool:
    """Whether the name of a venue says that it is a conference, a workshop or the like.

    "Proceedings" alone does not: those of the National Academy of Sciences are a journal.
    """
    return _MEETING.search(venue) is not None
