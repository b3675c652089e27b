"""Whom a question to the catalogue names, where all its other words are small ones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.question.catalogue.among import Among
from rag.question.catalogue.author_names import NAME_WORDS, authors_called
from rag.question.catalogue.statements import CatalogueReply, Statement
from rag.question.field_words_loose import SAYS_NOTHING
from rag.types import Paper

# Words that sets of papers are asked for with; none of them says what a paper is about.
_SMALL = frozenset(
    """a accepted among amongst alongside appear appeared appearing appears categories category
    co-authors coauthors collaborator collaborators conference conferences contributors file files
    journal journals keywords names persons scientists source sources subject subjects venue venues
    where writer writers everybody everyone often times frequently shows up signed sign
    actually addition added adds again all also altogether always am an and
    any anybody anyone anything are around article articles as at author authored authors available
    be been being both brought but by called came can catalog catalogue co coauthor coauthored
    co-author co-authored co-wrote co-written cowritten collaborate collaborated collaborates
    collaboration collaborations collection colleagues come comes common contain contained contains
    contribute contributed contribution contributions contributor corpus could count cover covered
    covers currently database date dated dates day did different do does doing don't each either
    else entire entries entry et al ever every everything exactly exist exists far feature featured
    features file files find first for found from get give given go got had has have he her here
    hers him his hold holdings holds how however i i'd i'm if in include included includes including
    index indexed individual into involve involved involves involving is it item items its joint
    jointly just kind kindly know known knows let library like list listed listing literature ll
    look looking made make many me member month months more my myself name named names need needs
    no nobody none not now number numbers of on one ones only or other others our out over own paper
    papers part participate participated people person piece pieces please present printed produce
    produced publication publications publish published publishes put quick quickly really record
    recorded records related release released report reports represented research researchers
    right s see set share shared shares she should show shown so some somebody someone something
    study studies stored stuff such t tell than thank thanks that the their them then there these
    they thing things this those titles title to together too total totally turn up us version want
    wanted was we were what what's whatever whats when which who who's whole whom whose with
    work worked working works would write writes writing written wrote yet year years you you've
    your yours""".split()
)
_TITLES = frozenset("dr prof professor mr mrs ms sir guy lady group lab folks brothers".split())
_ADVERBS = frozenset(
    """anyway basically altogether roughly usually mostly even really simply perhaps maybe ballpark
    alphabetical alphabetically chronological chronologically sorted sort order ordered descending
    ascending unique distinct rank ranked somewhere anywhere still yet ever never instead whatever
    according very vs versus compared comparison against done claims quick stats stat spelled spelt
    called lot lots bunch much total overall
    saw seen gave gone co-sign cosign sign credit pen represent represented attach attached file
    filed tag tagged stem date dating span fall fell lie land landed hit drop dropped
    hey y'all yall ya folks there's here's nothing thing end begin start finish close open top
    appear feature present accept active prolific productive hand
    whatsoever instance example else's couple pair
    capital middle reading read""".split()
) - {"never", "middle"}
_ENDINGS = re.compile(r"(?<=[a-z]{3})(?:e?s|e?d|ing)$")
_NAME_PART = re.compile(r"(?:(?<!\w)[A-Z]\.(?=\s?[A-Z])|[^\W_]+(?:[-'’][^\W_]+)*)")
_WITHOUT = re.compile(
    r"(?:\b(?:without|not|neither|nor|excluding|except|minus|lacks?|lacking|other than|apart from"
    r"|leaving(?: out)?|leave(?: out)?|left out|setting|ignoring|ignore|drop(?:ping)?|skip(?:ping)?"
    r"|omit(?:ting)?|besides|minus|but for|save for)\b"
    r"|n['’]t\b|\bno (?=[A-Z]))",
    re.IGNORECASE,
)
_WITHOUT_WORDS = frozenset(
    "without not neither nor excluding except minus leaving leave aside setting ignoring ignore"
    " drop"
    " dropping skip skipping omit omitting apart besides than save".split()
)
_WROTE = re.compile(
    r"\bby\b|\b(?:write|wrote|writt|author|co-?auth|co-?wr|collab|publish|involv|contribut)\w*"
    r"|['’]s?\b"
    r"|\bpapers?\b.*\b(?:do|does|did|has|have)\b",
    re.IGNORECASE,
)
_NAMED_THERE = re.compile(r"\b(?:credited|listed|named|appears?|among)\b", re.IGNORECASE)
_OF_A_TOPIC = re.compile(r"\b(?:on|about|regarding|concerning|into)(?: the)?$", re.IGNORECASE)
_TOPIC = re.compile(
    r"\b(?:on|about|regarding|concerning|into|(?:cover|deal|use|using|work|study|contain|includ|feature)"
    r"\w*(?: with| on)?)(?: the| an?)?$",
    re.IGNORECASE,
)
_BY_SOMEONE = re.compile(
    r"\b(?:papers?|works?|anything|something|publications?|articles?)\b.*"
    r"\bby (?P<name>[A-Z][\w.'-]*(?: [A-Z][\w.'-]*)+)\W*$"
)
_NAME_ALONE = re.compile(
    r"(?:(?:all|any|the|list|show me) )*(?P<name>(?:[A-Z][\w.'’-]+ ){2,3})(?:papers?|works"
    r"|articles)"
)
_MOST_AUTHORS = 5  # named in one question
_NAMED = 5  # whom one name may mean, each told


@dataclass(frozen=True, slots=True)
class Named:
    """Whom a name means, any of `names`; if `without`, papers are wanted that are not theirs."""

    names: tuple[str, ...]
    without: bool = False

    def wrote(self, paper: Paper) -> bool:
        """Whether one of them is an author."""
        return not {*self.names}.isdisjoint(paper.authors)

    @property
    def told(self) -> str:
        """“Jeff Wu or Jeffrey Wu”."""
        if len(self.names) <= _NAMED:
            return " or ".join(self.names)
        return f"one of {len(self.names)} authors called so"


def unknown(text: str) -> list[tuple[int, int]]:
    """Spans of words that sets are not asked for with: names, or another question."""
    spans: list[tuple[int, int]] = []
    for word in _NAME_PART.finditer(text):
        plain = re.sub(r"['’]s$", "", word[0].lower())
        if plain in _SMALL or plain in _WITHOUT_WORDS or re.sub(r"n['’]t$", "", plain) in _SMALL:
            continue
        if spans and not text[spans[-1][1] : word.start()].strip(" ."):
            spans[-1] = (spans[-1][0], word.end())
        else:
            spans.append(word.span())
    return spans


def only_small_words(text: str) -> bool:
    """Whether no word of `text` names anybody or says what papers are about."""
    return all(_is_idle(word) for span in unknown(text) for word in text[slice(*span)].split())


def people_named(
    among: Among,
    text: str,
    groups: Sequence[tuple[int, int]],
    he: Sequence[str],
    *,
    surely: bool = False,
) -> list[Named] | None:
    """Whom the words between small ones name; None if one of them is nobody, unless it is `surely`
    the catalogue that is asked and they say nothing of what a paper is about.
    """
    people = [Named(tuple(he))] if he else []
    if len(groups) > _MOST_AUTHORS:
        return None
    wrote = bool(_WROTE.search(text))
    without = False
    before = 0
    for start, end in groups:
        words, lead = text[start:end].split(), text[before:start]
        found = _called(among, words, lead, wrote)
        if not found and surely:
            if (somebody := _somewhere(among, words)) is None:
                if any(
                    _TOPIC.search(" ".join((lead, *words[:n])).rstrip()) for n in range(len(words))
                ):
                    return None  # "papers on search" say something, "searching the list" does not
                continue
            found = somebody
        if not found or _OF_A_TOPIC.search(lead.rstrip()):
            return None
        alone = len(groups) == 1 and _WITHOUT.search(text) is not None
        without = without or alone or _WITHOUT.search(lead) is not None
        people += [Named(tuple(names), without) for names in found]
        before = end
    return people


def _called(among: Among, words: Sequence[str], lead: str, wrote: bool) -> list[list[str]]:
    """Whom words in a row name: one person, or two one after the other."""
    if len(words) > 2 * NAME_WORDS:
        return []
    by = bool(re.search(r"\bby\s*\W?$", lead))
    sure = by or wrote or len(words) > 1
    if found := authors_called(among.library, words, nearly=sure):
        plain = len(words) == 1 and words[0].islower() and not by
        return [] if plain and among.library.search_words(words[0], 1) else [found]
    for place in range(2, len(words) - 1):
        pair = [authors_called(among.library, part) for part in (words[:place], words[place:])]
        if all(pair):
            return pair
    return []


def _somewhere(among: Among, words: Sequence[str]) -> list[list[str]] | None:
    """Whom some of the words in a row name, the others saying nothing; None if all say nothing,
    empty if one of them says something else.
    """
    plain = [word.lower().strip(".,'’") for word in words]
    says = [
        word
        for word, low in zip(words, plain, strict=True)
        if not (_is_idle(word) or low in _TITLES or len(low) == 1)
    ]
    if not says:
        return None
    if found := authors_called(among.library, says, nearly=False):
        return [found]
    each = [authors_called(among.library, [word], nearly=False) for word in says]
    if all(each):
        return each
    return []


def _is_idle(word: str) -> bool:
    """Whether it says nothing of what papers are about, in this form or, as a name has none, bare
    of its ending: "covered", "represented".
    """
    low = word.lower().strip(".,'’")
    bare = _ENDINGS.sub("", low) if word.islower() else low
    forms = {low, bare, f"{bare}e"} if bare != low else {low}
    return not forms.isdisjoint(SAYS_NOTHING | _ADVERBS | _SMALL)


def by_a_stranger(
    among: Among, text: str, groups: Sequence[tuple[int, int]], *, surely: bool = False
) -> CatalogueReply | None:
    """That nobody is called so whose papers `text` asks for, if it is clear that it does."""
    stranger = _BY_SOMEONE.search(text)
    if stranger and len(groups) == 1:
        text = f"No paper {among.place} is by {stranger['name']}."
        return CatalogueReply((Statement(text, ()),))
    name = _stranger(among, text, groups[0]) if surely and len(groups) == 1 else ""
    if name:
        return CatalogueReply((Statement(f"No paper {among.place} is by {name}.", ()),))
    bare = _NAME_ALONE.fullmatch(text) if surely else None
    if bare and not all(among.library.search_words(word, 1) for word in bare["name"].split()):
        name = f"“{bare['name'].strip()}”"
        return CatalogueReply(
            (Statement(f"No author and no venue {among.place} is called {name}.", ()),)
        )
    return None


def _stranger(among: Among, text: str, group: tuple[int, int]) -> str:
    """What must be somebody's name where `text` asks for writers: behind "by", or in capitals.

    A word that a paper has may be a topic.
    """
    name, lead = text[slice(*group)], text[: group[0]].rstrip()
    words = [word.strip(".,'’") for word in name.split() if not _is_idle(word)]
    if (
        not 0 < len(words) <= NAME_WORDS
        or not (_WROTE.search(text) or _NAMED_THERE.search(text))
        or _TOPIC.search(lead)
    ):
        return ""
    known = [bool(among.library.search_words(word, 1)) for word in words]
    if lead.lower().endswith((" by", " named", " called")):
        return "" if any(known) else " ".join(words)
    capitals = len(words) > 1 and all(word[:1].isupper() for word in words)
    return " ".join(words) if capitals and not all(known) else ""


def names_told(people: Sequence[Named], joined: str) -> str:
    """Each of them once: “Jeff (or Jeffrey) Wu” may mean both twice."""
    if joined == "or":
        return Named(tuple(dict.fromkeys(name for one in people for name in one.names))).told
    return f" {joined} ".join(one.told for one in people)
