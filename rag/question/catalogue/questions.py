"""Questions about the library itself (who wrote, when, which, how many), answered exactly.

A question is taken for one of these if all its words are accounted for, or if it is sure, by its
meaning as well (see `rag.question.catalogue.gate`), that the catalogue is asked; anything else is
left to retrieval.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.question.catalogue.among import Among
from rag.question.catalogue.fields import no_such_title, of_papers
from rag.question.catalogue.fields_asked import Asked, asks_for_a_field, places, read_fields
from rag.question.catalogue.gate import NEVER, SURELY, fitted_gate
from rag.question.catalogue.kin import beside_in_time, in_common, of_one_date
from rag.question.catalogue.lists import listing
from rag.question.catalogue.not_held import not_held
from rag.question.catalogue.people import only_small_words
from rag.question.catalogue.rivals import rivals
from rag.question.catalogue.set_words import asks_for_all
from rag.question.catalogue.statements import CatalogueReply
from rag.question.catalogue.wording import plain
from rag.question.field_words import COMPARED, FOR_WHOM, NTH
from rag.question.naming import ARXIV_ID, QUOTED, names_in

_WHAT_ABOUT = re.compile(
    r"(?:(?:what|how) about |(?:the same )?(?:for|of) )?(?P<name>[^?,;:]{2,80})", re.IGNORECASE
)
_ANOTHER = re.compile(
    rf"(?:(?:what|how) about |who (?:is|was) )?(?:the )?{NTH}(?: (?:one|author|name|position))?",
    re.IGNORECASE,
)

_ABOUT_AN_ID = re.compile(
    rf"{ARXIV_ID.pattern}|\barxiv\b|\b(?:refers?|referring|belongs?|points?|stands?)\b",
    re.IGNORECASE,
)


def answer_from_catalogue(
    among: Among, question: str, earlier: str = "", spoken_of: Sequence[str] = ()
) -> CatalogueReply | None:
    """The exact answer if `question` asks about the library itself, else None; a reply that says
    why not, if it asks what the library does not hold.

    A pronoun in place of a paper's name means the paper `spoken_of` (paper ids), if there is just
    one, or else the one that `earlier`, if given, is best met by; or the only one that is asked,
    of which "who are the authors?" asks, too. Raises as `Among` does.
    """
    text = plain(question)
    if FOR_WHOM.fullmatch(text):
        return None
    asked = _same_of(text, earlier)
    if asked and (reply := of_papers(among, asked, "", ())):
        return reply
    likely = probability(among, question, text)
    if lack := not_held(among, text, earlier, spoken_of, likely):
        return lack
    if asks_for_all(text):
        return listing(among, text, surely=True)
    if likely < NEVER:
        return None
    if likely >= SURELY and (reply := rivals(among, text) or of_one_date(among, text)):
        return reply
    names = names_in(among.library, text) if likely >= SURELY or asks_for_a_field(text) else ()
    asked = read_fields(text, names) if names or asks_for_a_field(text) else None
    reply = of_papers(among, asked, earlier, spoken_of) if asked else None
    reply = reply or listing(among, text, earlier, spoken_of)
    if reply or likely < SURELY:
        return reply
    reply = in_common(among, text) or beside_in_time(among, text)
    reply = reply or (no_such_title(among, asked) if asked else None)
    loosely = read_fields(text, names, loosely=True)
    return reply or _loosely(among, text, loosely, earlier, spoken_of) or _identified(among, text)


def _loosely(
    among: Among, text: str, asked: Asked | None, earlier: str, spoken_of: Sequence[str]
) -> CatalogueReply | None:
    """What `text` asks of the catalogue, where it is sure that it does: of the papers that it
    names, as `asked`, or of any that are so.
    """

    def of_named() -> CatalogueReply | None:
        return of_papers(among, asked, earlier, spoken_of, surely=True) if asked else None

    if asked and (reply := no_such_title(among, asked)):
        return reply
    if asked and not asked.of_papers and (reply := of_named()):
        return reply
    reply = listing(among, text, earlier, spoken_of, surely=True)
    return reply or (of_named() if asked and asked.of_papers else None)


def _identified(among: Among, text: str) -> CatalogueReply | None:
    """What the one arXiv id that `text` names is of, if all its other words say nothing."""
    each = ARXIV_ID.findall(text)
    if len(each) != 1 or not only_small_words(_ABOUT_AN_ID.sub(" ", text)):
        return None
    return of_papers(among, Asked(("title", "authors", "published"), (each[0],)), "", ())


def probability(among: Among, question: str, text: str) -> float:
    """That the catalogue answers `question`, whose words in full, no mark at its end, are `text`.

    Raises WeightsError.
    """
    library = among.library
    gate = fitted_gate().for_vectors(library.embedder.name)
    likely = gate.probability(text, library.queries.of(question))
    if likely < SURELY and (bare := QUOTED.sub("this paper", text)) != text:
        # A title has a meaning of its own, which is not that of what is asked about the paper.
        likely = max(likely, gate.probability(bare, library.queries.of(bare)))
    return likely


def _same_of(text: str, earlier: str) -> Asked | None:
    """What "what about WebGPT?" asks after "who wrote the Codex paper?": the same of another; and
    "the last one?" after "who is its first author?": another of the same.
    """
    if earlier and (other := _ANOTHER.fullmatch(text)):
        last = read_fields(plain(earlier.partition("?")[0]), ())
        if last and {"nth", "authors"} & set(last.fields):
            return replace(last, fields=("nth",), nth=places(other), whether=False)
    about_it = None if asks_for_a_field(text) else _WHAT_ABOUT.fullmatch(text)
    first = earlier.partition("?")[0]
    before = read_fields(first, ()) if about_it and first else None
    if about_it is None or before is None or before.fields[0] in COMPARED:
        return None
    return replace(before, pieces=(about_it["name"],), whether=False)
