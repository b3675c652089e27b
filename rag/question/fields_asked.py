"""Which fields of a paper a question asks for, and what it says beside that: the paper's name.

A question is read by the words that are there, in whatever order. Words for fields are cut out,
and words that only ask; what is left must be the name of a paper, or it is no such question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_NUMBERS = "one two three four five six seven eight nine ten".split()
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
)
_NTH = (
    rf"(?:(?P<nth>{'|'.join(_ORDINALS)}|\d+(?:st|nd|rd|th)|last|final|senior|lead|leading|principal"
    rf"|1st)(?:[- ](?P<many>\d|{'|'.join(_NUMBERS)}))?(?:[- ](?:listed|named|mentioned))?)"
)
_AUTHOR = r"(?:co-?)?(?:authors?|writers?)"
_PEOPLE = r"(?:people|persons?|researchers?|scientists?|humans?|individuals?)"
_WROTE = (
    r"(?:(?:co-?)?(?:wrote|written|write|writes|authored|author)|penned|signed|behind"
    r"|responsible for|worked on|work on|contributed to|contribute to|listed|credited)"
)
_BROUGHT = r"(?:published|publish|released|release|made|did|put out|posted)"
_OUT = (
    r"(?:(?:first )?(?:published|publish|released|release|c[oa]mes? out|appears?|appeared|written"
    r"|posted|submitted|uploaded|issued|printed|presented|accepted|dated|out|launched"
    r"|put (?:up|online|out|on arxiv)|made (?:public|available)|written up)"
    r"(?: first)?(?: on arxiv| online| in print)?)"
)
_VENUE = r"(?:publication )?(?:venue|journal|conference|proceedings|workshop|magazine)s?(?: name)?"
_WHOLE = r"(?:(?:full|exact|complete|whole|proper|official|actual|precise|entire|correct) )*"
_CAN_I = r"(?:can|could|do|does|may|might|should|would) (?:i|we|you|one|somebody|someone)"
_ID = r"(?:ids?|identifiers?|numbers?|no\b\.?|codes?)"
_OF_THESE = r"(?=.*\b(?:of|among) (?:these|those|them|the (?:two|three|four))\b)"
_WHEN = r"(?:year|month|date|day)s?"

_NOUNS = tuple(
    (field, re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])", re.IGNORECASE))
    for field, pattern in (
        (
            "more_authors",
            rf"(?:more|most{_OF_THESE}) (?:{_AUTHOR}|{_PEOPLE}|names)"
            r"|(?:longer|bigger|larger) (?:author list|list of authors|team)",
        ),
        (
            "fewer_authors",
            rf"(?:fewer|less|fewest{_OF_THESE}) (?:{_AUTHOR}|{_PEOPLE}|names)"
            r"|(?:shorter|smaller) (?:author list|list of authors|team)",
        ),
        (
            "older",
            rf"older|earlier|(?:oldest|earliest){_OF_THESE}|{_OUT} (?:before|first)|came first"
            r"|predates?",
        ),
        (
            "newer",
            rf"newer|later|more recent(?:ly)?|(?:newest|latest|most recent){_OF_THESE}"
            rf"|{_OUT} (?:after|last)|came last",
        ),
        ("nth", rf"{_NTH} (?:{_AUTHOR}|names?)(?:['’]s? names?)?(?: listed)?"),
        ("nth", rf"{_AUTHOR} (?:number|no\.?|#) ?(?P<at>\d+|{'|'.join(_NUMBERS)})"),
        (
            "nth",
            rf"(?:comes?|came|stands?|listed|named|credited) {_NTH}(?= (?:on|in|of)\b|\W*$)"
            r"(?: (?:on|in|of|among) (?:the|its) (?:author(?:s['’]?|['’]s)? list"
            r"|list(?: of authors)?|authors))?",
        ),
        (
            "author_count",
            rf"how (?:many|much) (?:different |distinct |other )?(?:{_AUTHOR}|names"
            rf"|{_PEOPLE}(?=.*\b{_WROTE}\b))",
        ),
        (
            "author_count",
            rf"(?:number|count|amount|total)(?: number)? of (?:different |distinct )?(?:{_AUTHOR}"
            rf"|{_PEOPLE}(?=.*\b{_WROTE}\b))|author[- ]?(?:count|number)",
        ),
        (
            "author_count",
            r"how (?:long|big|large) (?:is|was) (?:the|its) (?:author list|list of authors"
            r"|(?:author )?team)|(?:size|length) of (?:the|its) (?:author list|list of authors)",
        ),
        (
            "others",
            rf"who else|(?:other|remaining|rest of the|further|additional) (?:{_AUTHOR}|names"
            rf"|{_PEOPLE}(?=.*\b{_WROTE}\b))",
        ),
        (
            "authors",
            r"(?:(?:list|names?|one|any|some|part|among|amongst) (?:of )?(?:all )?(?:the |its )?)?"
            rf"{_AUTHOR}(?:['’]s?)?(?: names?| lists?| names? list)?|authorship|by-?lines?"
            r"|names on(?= the\b.*\b(?:paper|report|article)\b)",
        ),
        ("doi", r"dois?|digital object identifiers?"),
        (
            "arxiv_id",
            rf"(?:arxiv|eprint|preprint|paper)(?:['’]s)?[- ]{_ID}|{_ID} (?:on|in|at|from) arxiv"
            r"|(?:ids?|identifiers?)|arxiv(?!:? ?\ue000)(?: reference| listing| entry)?:?",
        ),
        (
            "url",
            rf"(?:hyper|web ?)?link|(?:hyper)?links (?:to|for)|urls?|pdfs?|web ?(?:page|address)"
            rf"|where {_CAN_I} (?:please )?(?:read|find|get(?: hold of)?|download|access|see"
            r"|obtain|look at|look up|view|open)|where (?:is|to) (?:read|find|get|download)"
            r"|full[- ]text",
        ),
        ("title", rf"{_WHOLE}titles?|called(?=\W*$|\W*(?:,|and|or|again|exactly)\b|,)"),
        ("venue", _VENUE),
        (
            "published",
            rf"(?:publication|publishing|release|submission|posting|appearance|{_WHOLE[:-1]})"
            rf"*[- ]?{_WHEN}(?: of (?:publication|release|submission|appearance))?"
            r"|how (?:old|long ago|recent|recently|new)|(?:the )?age",
        ),
        ("abstract", r"(?:text of the )?abstracts?"),
    )
)
_BESIDES = r"(?:besides|apart from|other than|aside from|except(?: for)?|together with)"
COMPARED = ("more_authors", "fewer_authors", "older", "newer")
"""Fields in which several papers are set beside each other."""
_AUTHORISH = ("authors", "others", "nth", "author_count")
_WHO = rf"\b(?:who(?:['’]s|m|se)?|(?:what|which) {_PEOPLE})\b"
# A field that is asked for by a verb: (field, the whole question, whether it wants yes or no)
_VERBAL = tuple(
    (field, re.compile(pattern, re.IGNORECASE), whether)
    for field, pattern, whether in (
        (
            "published",
            rf"(?:is|was|were|did)\b.*\b(?:{_OUT}|from)\b.*\b(?:19|20)\d\d\W*$",
            True,
        ),
        (
            "published",
            rf".*\bwhen\b(?:['’]s)?(?:.*\b(?:{_OUT}|from|(?:papers?|reports?) *$)|\W*(?:$|[:|]))",
            False,
        ),
        ("venue", rf".*\bwhere\b.*\b{_OUT}", False),
        (
            "authors",
            r"(?:did|has|have|had|was|is|were|are)\b.*\b(?:(?:co-?)?(?:wrote|written|write|author"
            r"|authored)|work(?:ed)? on|contribute to|involved in)\b",
            True,
        ),
        ("authors", rf".*{_WHO}.*\b{_WROTE}\b|.*{_WHO} {_BESIDES}", False),
        ("made", rf".*{_WHO}.*\b(?:{_BROUGHT}|by|on)\b", False),
    )
)
_VERBS_OF_AUTHORS = re.compile(
    rf"{_WHO}|\b(?:{_PEOPLE}(?= (?:who |that )?{_WROTE}\b)|{_WROTE}|{_BROUGHT}|involved in)\b",
    re.IGNORECASE,
)
_VERBS_OF = dict.fromkeys(
    (*_AUTHORISH, "made", "more_authors", "fewer_authors"), _VERBS_OF_AUTHORS
) | {
    "published": re.compile(rf"\b(?:since )?when\b(?:['’]s)?|\b{_OUT}(?![\w-])", re.IGNORECASE),
    "older": re.compile(rf"\b{_OUT}(?![\w-])", re.IGNORECASE),
    "newer": re.compile(rf"\b{_OUT}(?![\w-])", re.IGNORECASE),
    "venue": re.compile(rf"\bwhere\b|\b{_OUT}(?![\w-])", re.IGNORECASE),
}
_HAVE = re.compile(
    r"(?:do|does|have|has) (?:you|we|i|(?:the|this|your|our) (?:library|collection|catalogue))"
    r"(?: also| already)? (?:have|got|hold|contain|include)\b"
    r"|(?:is|was)\b(?=.*\b(?:in|part of) (?:the|this|my|our|your) (?:library|collection|catalogue"
    r"|database)$|.* here$)",
    re.IGNORECASE,
)
_HERE = re.compile(
    r"\b(?:in|part of) (?:the|this|my|our|your) (?:library|collection|catalogue|database)\b"
    r"|\b(?:available|included|(?:in )?here|online)\b",
    re.IGNORECASE,
)
_IDENTIFIED = re.compile(
    r"(?:what|which (?:paper|one|article))(?:['’]s| is| has| does)?(?: the)?(?: paper)?"
    r" (?:arxiv:? ?(?:id )?)?(?P<name>\S+)",
    re.IGNORECASE,
)
_OF_ANOTHER_KIND = re.compile(
    r"\b(?:for|to|about|from) whom\b"
    r"|\b(?:why|how|what)\b (?:do|does|did|can|could|would|should|will|have|had)\b"
    r"|\b(?:which|what) (?:papers|of|ones)\b|^(?:in )?(?:which|what) (?:\w+ )?(?:paper|one|work)\b"
    r"|\bpapers (?:by|from|with|on|about|in|that|which)\b",
    re.IGNORECASE,
)
_WHETHER = re.compile(
    r"(?:is|was|are|were|did|does|do|has|have|had)\b(?! (?:you|we|i)\b)", re.IGNORECASE
)
_POLITE = re.compile(
    r"\b(?:kindly|thanks(?: a lot| in advance)?|thank you|pls|hi|hello|hey"
    r"|(?:^|(?:can|could|would|will) you (?:please )?|please )(?:tell|give|show|get|find|list|name"
    r"|remind|send)(?: me| us)?(?! of\b)|(?:can|could|would) you"
    r"|do you (?:happen to )?(?:know|remember)"
    r"|i(?:['’]d| would)? (?:really )?(?:like|love|need|want)(?: to (?:know|see|have|find|learn))?"
    r"|i(?:['’]m| am)? (?:looking for|wonder(?:ing)?|curious)(?: about| whether| if| to know)?"
    r"|let me know|may i (?:know|have|ask)|can i (?:get|have|see)|what about|by now|these days"
    r"|today|currently|again|exactly|precisely|actually|quick question|(?:is|are) there"
    r"|please|(?:be )?(?:very |so )?grateful for"
    r"|i (?:forgot|forget|(?:can|do)n['’]t remember))(?![\w-])",
    re.IGNORECASE,
)
_PREAMBLE = re.compile(
    r"^(?:i(?:['’]m| am| have| need| want|['’]ve)|we(?:['’]re| are)|for (?:my|our|the)) [^.;:!?|]*?"
    r"(?:[.;:!?,—–]|\band(?= (?:i |would|wonder|need|want)))",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"(?:(?:the|this|that|these|those|both|said|same|last|two) )*(?:it|its|this|that|they|them"
    r"|these|those|their|there|ones?|both|two|papers?|works?|article|report|study|publication)",
    re.IGNORECASE,
)
_SEVERAL = re.compile(r"\b(?:these|those|they|them|both|two|all of)\b", re.IGNORECASE)
_EDGES = frozenset(
    """a all also an and any are as at be been by did do does each every for from got had has have
    i if in is it its just me my name names of on only or so than that the their them then there
    these they this those to two us was we were what what's what’s whats whether which whichever
    will with would you your""".split()
)
_CUT = "|"
_HIDDEN = re.compile("\ue000(\\d+)\ue001")


@dataclass(frozen=True, slots=True)
class Asked:
    """The `fields` that a question asks for, in its order, and the `pieces` that are left of it:
    the name of a paper; none where one that was spoken of before is meant, or `several`.

    `nth` are the places of the authors that are asked for, from 1 (-1 is the last), if not all.
    It is asked `whether` something is so if it wants a yes or no.
    """

    fields: tuple[str, ...]
    pieces: tuple[str, ...]
    nth: tuple[int, ...] = ()
    whether: bool = False
    several: bool = False


def asks_for_a_field(text: str) -> bool:
    """Whether `text` may be such a question at all: it has words that ask for a field."""
    return bool(_IDENTIFIED.fullmatch(text)) or read_fields(text, ()) is not None


def read_fields(text: str, names: Sequence[tuple[int, int]]) -> Asked | None:
    """What `text` (no mark at its end) asks for; None if no field. What stands at `names` (start,
    end) are titles, in which no word asks for anything.
    """
    hidden, text = _hidden(text, names)
    identified = _IDENTIFIED.fullmatch(text)
    if identified and _HIDDEN.fullmatch(identified["name"]) and hidden[0][:1].isdigit():
        return Asked(("title", "authors", "published"), (hidden[0],))
    text = _POLITE.sub(" ", _PREAMBLE.sub(" ", text)).strip(" ,.:;!?-")
    text = " ".join(text.split())
    text, found, nth = _cut_nouns(text)
    compared = tuple(field for field in COMPARED if field in found.values())
    if not compared and _OF_ANOTHER_KIND.search(text):
        return None
    whether = _add_verbal(text, found) or bool(_WHETHER.match(text))
    if not found and (match := _HAVE.match(text)):
        text = _HERE.sub(_CUT, text[match.end() :])
        found = {0: "paper_id"}
    if not found:
        return None
    fields = tuple(dict.fromkeys(found[place] for place in sorted(found)))
    for field in fields:
        text = _VERBS_OF[field].sub(_CUT, text) if field in _VERBS_OF else text
    if {"abstract", "url", "doi", "arxiv_id"} & set(fields):
        text = _HERE.sub(_CUT, text)
    if "others" in fields:
        text = re.sub(rf"\b{_BESIDES}\b", _CUT, text, flags=re.IGNORECASE)
    if whether and "published" in fields:
        text = re.sub(r"\b(?:19|20)\d\d\W*$", _CUT, text)
    pieces = tuple(_shown(piece, hidden) for piece in _pieces(text))
    return Asked(
        compared[:1] or _without_weaker(fields), pieces, nth, whether, bool(_SEVERAL.search(text))
    )


def _hidden(text: str, names: Sequence[tuple[int, int]]) -> tuple[list[str], str]:
    """`text` with a sign in the place of each name, and the names."""
    hidden: list[str] = []
    shown: list[str] = []
    at = 0
    for start, end in names:
        shown.append(f"{text[at:start]}\ue000{len(hidden)}\ue001")
        name = text[start:end]
        hidden.append(name if name[0] in '“"' or name[0].isdigit() else f"“{name}”")
        at = end
    return hidden, "".join((*shown, text[at:]))


def _shown(piece: str, hidden: Sequence[str]) -> str:
    return _HIDDEN.sub(lambda match: hidden[int(match[1])], piece)


def _cut_nouns(text: str) -> tuple[str, dict[int, str], tuple[int, ...]]:
    """`text` without the nouns that ask for fields; the fields by place; which authors."""
    found: dict[int, str] = {}
    nth: tuple[int, ...] = ()
    for field, pattern in _NOUNS:
        for match in pattern.finditer(text):
            found[match.start()] = field
            nth = nth or (_places(match) if field == "nth" else ())
        text = pattern.sub(lambda match: _CUT * len(match[0]), text)
    return text, found, nth


def _add_verbal(text: str, found: dict[int, str]) -> bool:
    """Adds the fields that verbs ask for in `text` to those `found`; whether one wants a yes."""
    for field, pattern, whether in _VERBAL:
        if not pattern.match(text) or (whether and found) or field in found.values():
            continue
        of_authors = field in ("authors", "made")
        if not (of_authors and {*_AUTHORISH, "made"} & set(found.values())):
            said = _VERBS_OF[field].search(text)
            found[said.start() if said else len(text)] = field
        if whether:
            return True
    asks = {*_AUTHORISH, "made"} & set(found.values())
    if asks and (besides := re.search(rf"\b{_BESIDES}\b", text, re.IGNORECASE)):
        found[besides.start()] = "others"
    return False


def _places(match: re.Match[str]) -> tuple[int, ...]:
    """The places among the authors that a match of a pattern for some of them names."""
    said = match.groupdict()
    if at := said.get("at"):
        return (_number(at),)
    which, many = (said.get("nth") or "").lower(), said.get("many")
    count = _number(many) if many else 1
    if which in ("last", "final", "senior"):
        return tuple(range(-count, 0))
    place = 1 if which in ("lead", "leading", "principal") else _number(which)
    return tuple(range(place, place + count))


def _number(said: str) -> int:
    digits = re.match(r"\d+", said)
    low = said.lower()
    return int(digits[0]) if digits else (_NUMBERS if low in _NUMBERS else _ORDINALS).index(low) + 1


def _pieces(text: str) -> Iterator[str]:
    """What stands between the cuts, without words at its edges that name nothing."""
    for piece in text.split(_CUT):
        words = piece.strip(" ,.:;!?-–—").split()
        while words and words[0].lower().strip(",'’") in _EDGES:
            words.pop(0)
        while words and words[-1].lower().strip(",'’s") in _EDGES:
            words.pop()
        name = " ".join(words).strip(" ,.:;!?")
        if name and not _PRONOUN.fullmatch(name):
            yield name


def _without_weaker(fields: tuple[str, ...]) -> tuple[str, ...]:
    """Without "authors" where it is said which or how many of them."""
    closer = {"nth", "others", "author_count"} & set(fields)
    return tuple(field for field in fields if not (closer and field in ("authors", "made")))
