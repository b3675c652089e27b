"""arXiv ids and DOIs: found in text, brought to one spelling."""

from __future__ import annotations

import re

# Since 2015 the new form has five digits after the point, before that four; the month is real.
_NEW = r"(?:(?:1[5-9]|[2-9]\d)(?:0[1-9]|1[0-2])\.\d{5}|(?:0[7-9]|1[0-4])(?:0[1-9]|1[0-2])\.\d{4})"
_ARCHIVES = (
    "acc-phys|adap-org|alg-geom|ao-sci|astro-ph|atom-ph|bayes-an|chao-dyn|chem-ph|cmp-lg|comp-gas"
    "|cond-mat|cs|dg-ga|funct-an|gr-qc|hep-ex|hep-lat|hep-ph|hep-th|math|math-ph|mtrl-th|nlin"
    "|nucl-ex|nucl-th|patt-sol|physics|plasm-ph|q-alg|q-bio|quant-ph|solv-int|supr-con"
)
_OLD = rf"(?:{_ARCHIVES})(?:\.[A-Z]{{2}})?/\d{{7}}"
ARXIV_ID = rf"(?:{_NEW}|{_OLD})"
"""Pattern of an arXiv id without version."""

_ARXIV = re.compile(
    r"(?:https?://(?:www\.|export\.)?arxiv\.org/(?:abs|pdf|html)/|arxiv:\s*)?"
    rf"({ARXIV_ID})(?:v\d+)?(?:\.pdf)?",
    re.IGNORECASE | re.ASCII,
)
_DOI = re.compile(
    r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}/\S+)", re.IGNORECASE | re.ASCII
)
_ARXIV_DOI = re.compile(rf"10\.48550/arxiv\.({ARXIV_ID})", re.IGNORECASE | re.ASCII)


def arxiv_id(text: str) -> str:
    """The arXiv id that `text` is (bare, with `arXiv:`, a link), without version; or empty."""
    match = _ARXIV.fullmatch(text.strip())
    return match[1] if match else ""


def doi(text: str) -> str:
    """The DOI that `text` is (bare, with `doi:`, or as a link), in lower case; or empty."""
    match = _DOI.fullmatch(text.strip())
    return match[1].lower() if match else ""


def arxiv_id_of_doi(text: str) -> str:
    """The arXiv id inside a DOI that arXiv itself gave out; or empty."""
    match = _ARXIV_DOI.fullmatch(text)
    return match[1] if match else ""


def arxiv_month(found: str) -> str:
    """The year and month in an arXiv id, as `2025-03`: when its paper was first submitted."""
    digits = found.rpartition("/")[2][:4]
    if not digits:
        return ""
    century = "19" if digits >= "9107" else "20"  # arXiv began in August 1991
    return f"{century}{digits[:2]}-{digits[2:]}"
