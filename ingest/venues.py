"""Where a work appeared: journals, conferences and books, told from mere places of preprints."""

from __future__ import annotations

import re

from ingest.text import one_line

_NO_VENUE = re.compile(
    r"""\W*(?:(?:e-?prints?|preprints?|available|posted)\W+(?:(?:at|in|on)\W+)?)?
    (?: (?:\w*rxiv|ssrn|research\ square|computing\ research\ repository)\b
      | corr\W*(?:$|\d|abs\b|cs\b) )  # CoRR, abs/1706.03762; but not "Corr. Sci."
    | \W*(?:e-?prints?|preprints?|unpublished|submitted|under\ review|in\ preparation)\b""",
    re.IGNORECASE | re.VERBOSE,
)


def venue(*names: str) -> str:
    """The first of `names` that is one of a journal, a conference or a book, on one line; or empty.

    Where a preprint lies (arXiv, CoRR, bioRxiv, SSRN) is none, nor is "submitted" or "unpublished".
    """
    lines = map(one_line, names)
    return next((line for line in lines if line and not _NO_VENUE.match(line)), "")


def of_location(location: object) -> str:
    """The venue of one of OpenAlex's locations of a work; a repository is none."""
    source = location.get("source") if isinstance(location, dict) else None
    if not isinstance(source, dict) or source.get("type") == "repository":
        return ""
    name = source.get("display_name")
    return name if isinstance(name, str) else ""
