"""What becomes of a question's filters, and of what is read, where it calls papers by name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.finding.filters import Filter
from rag.question.filters_named import Filtered, merged
from rag.question.mentions import Mention, the_paper
from rag.question.sides import Side
from rag.types import Understood

_JOINING = r"(?:,?(?: and| or| but| but not| not| than| vs\.?| versus| to| with| against)|,)"
_AT_IT = r"(?:in|from|of|by|for|with)"


def kept_to_cited(filtered: Filtered, cited: Mention, given: Filter) -> Filtered:
    """What was read as a filter, and the one paper that is cited, with its year."""
    others = tuple(o for o in filtered.understood if o.wording not in cited.wording)
    kept = (*others, Understood("paper_ids", cited.paper_id, cited.wording))
    wordings = {one.wording for one in others}
    instead = tuple(pair for pair in filtered.instead if pair[0] in wordings)
    return Filtered(merged(given, kept), kept, instead)


def without_cited(
    filtered: Filtered, named: Sequence[Mention], given: Filter, sides: Sequence[Side]
) -> Filtered:
    """What was read as a filter without what names one of several papers: of "Askell et al. 2021
    and Bai et al. 2022" neither author and neither year is to be kept to.
    """
    names = [one.wording.casefold() for one in named if one.sure]
    if len(names) == 1 and sides:  # what one says of things that others introduced
        return filtered

    def cites(wording: str) -> bool:
        said = wording.casefold().strip(" .?!,")
        return any(said in name or name in said for name in names)

    cited = {o.wording for o in filtered.understood if o.kind != "paper_ids" and cites(o.wording)}
    if not cited:
        return filtered
    kept = tuple(one for one in filtered.understood if one.wording not in cited)
    instead = tuple(pair for pair in filtered.instead if pair[0] not in cited)
    return Filtered(merged(given, kept), kept, instead)


def names_in_words(wording: str, text: str) -> bool:
    """Whether `wording` stands in `text` by itself: GPT-4 does not in GPT-4o, nor in GPT-4.5."""
    return bool(_alone(wording).search(text))


def _alone(wording: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(wording)}(?!\w|\.\d|-\w)")


def read_of_one(read: str, own: Mention, named: Sequence[Mention]) -> str:
    """The question as it is put to one paper: without the names of the others, which its
    sentences do not say.
    """
    for other in named:
        if other != own:
            name = rf"(?:{_AT_IT} )?{re.escape(other.wording)}(?:['’]s)?"
            read = re.sub(rf"(?:{_JOINING} ){name},?|{name}{_JOINING}?", "", read)
    if own.sure:
        read = _alone(own.wording).sub(the_paper(own.wording), read)
    return " ".join(read.split())
