"""What a question says of the papers it asks for: their dates, numbers, fields, titles, sources."""

from __future__ import annotations

import re

from rag.finding.filters import category_terms, fold
from rag.question.catalogue.dates import DATES, Condition, Slot, pattern

_NUMBERS = {
    w: n for n, w in enumerate("one two three four five six seven eight nine ten".split(), 1)
}
_NUMBERS |= {
    "eleven": 11,
    "twelve": 12,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "hundred": 100,
}
NUMBER = rf"(?:\d{{1,4}}|{'|'.join(_NUMBERS)})"
_COMPARED = (
    r"(?:(?P<least>at least|no (?:fewer|less) than|a minimum of)"
    r"|(?P<most>at most|no more than|not more than|up to|a maximum of)"
    r"|(?P<over>more than|over|above|greater than)"
    r"|(?P<under>fewer than|less than|under|below)|exactly|precisely|just|only)"
)
COUNT = (
    rf"(?:{_COMPARED} )?(?:between )?(?P<number>{NUMBER}|a single|a sole|single|several|multiple)"
    rf"(?:(?P<plus>\+)|(?: ?(?:-|–|to|and) ?(?P<high>{NUMBER}))|(?P<up> or more)"
    r"|(?P<down> or (?:fewer|less)))?"
)
_WRITERS = r"(?:co-?)?(?:authors?|writers?|people|persons?|researchers?|names?|contributors?)"
_WITH = (
    r"(?:(?:that |which )?(?:with|having|has|have|had|by|of|written by|listing|lists?|names?) )?"
)
_FIELDS = {
    "arxiv_id": r"(?:arxiv(?:[- ](?:ids?|identifiers?|numbers?|entry|entries|versions?|links?"
    r"|code))?"
    r"|an arxiv id)",
    "doi": r"dois?(?: numbers?)?",
    "abstract": r"abstracts?(?: texts?)?",
    "summary": r"summar(?:y|ies)",
    "venue": r"(?:venues?|journals?|conferences?)(?: names?)?",
    "published": r"(?:(?:publication|release) )?(?:dates?|years?)(?: of publication)?",
    "authors": r"(?:authors?|author (?:names?|lists?)|named authors?)",
    "categories": r"(?:categor(?:y|ies)|subjects?|keywords?)",
    "title": r"titles?",
}
_LABELS = {"arxiv_id": "arXiv id", "doi": "DOI", "published": "date", "categories": "category"}
_ANY = r"(?:(?:a|an|any|its|their|the|known|recorded|given) )*"
_LACKS = (
    r"(?:(?:that |which |who )?(?:without|lack(?:s|ing)?|miss(?:es|ing)?|with no|with out|have no"
    r"|has no|having no|got no|no|(?:do|does|did|have|has|are|is) ?(?:not|n['’]t)"
    r"(?: (?:have|got|carry|on|in))?))"
)
_HAS = r"(?:(?:that |which )?(?:with|have|has|having|carry|carries|got|come with|comes with|on))"
_IN_TITLE = (
    r"(?:(?:that |which )?(?P<verb>has|have|having|with|mention(?:s|ing)?|contain(?:s|ing)?"
    r"|includ(?:es?|ing)|use|say|carry|carries|bear|bears) )?"
)
_QUOTED = r"(?:[“\"‘](?P<quoted>[^”\"’]{1,100})[”\"’]|(?<!\w)'(?P<single>[^']{1,100})'(?!\w))"
_WORDS = r"(?:the )?(?:words?|phrase|term|string)?\s*"
_ORDINALS = {"first": 0, "1st": 0, "lead": 0, "leading": 0, "second": 1, "2nd": 1, "third": 2,
             "3rd": 2, "last": -1, "final": -1, "senior": -1, "closing": -1, "ending": -1,
             "opening": 0,
             "starting": 0}  # fmt: skip
_LISTED_AT = re.compile(
    r"\b(?:list|name|put|credit)(?:s|ed)?\b.* (?P<which>first|last)$", re.IGNORECASE
)
_POSITION = re.compile(
    rf"\b(?:(?:is|was|as|are) )?(?:the |its |their |whose |a )?(?P<which>{'|'.join(_ORDINALS)})"
    r"[- ](?:author(?:ed|s)?|named?|listed)(?: (?:is|was|are|name))?\b"
    rf"|\b(?:in|at) (?:the )?(?P<which2>{'|'.join(_ORDINALS)}) (?:position|place|spot)(?: only)?\b"
    r"|\b(?P<led>led by|first on the (?:author )?list)\b",
    re.IGNORECASE,
)


def conditions(text: str) -> tuple[list[Condition], str]:
    """What `text` says of papers, and the text without it."""
    found: list[Condition] = []
    for words, condition in _SLOTS:
        while match := words.search(text):
            text = cut(text, match)
            found.append(condition(match))
    return found, text


def cut(text: str, match: re.Match[str] | None) -> str:
    """`text` without what was matched."""
    return f"{text[: match.start()]} {text[match.end() :]}" if match else text


def position(text: str) -> tuple[int | None, str]:
    """Which of the authors somebody must be, counted from 0, -1 the last; and the text without."""
    if match := _LISTED_AT.search(text):
        return _ORDINALS[match["which"].lower()], text[: match.start("which")]
    match = _POSITION.search(text)
    if not match:
        return None, text
    which = match["which"] or match["which2"]
    return _ORDINALS[which.lower()] if which else 0, cut(text, match)


def number_of(word: str) -> int:
    """The number that a match of NUMBER says."""
    return int(word) if word.isdigit() else _NUMBERS[word.lower()]


def number_told(match: re.Match[str]) -> tuple[int, int | None, str]:
    """The least and the most that a match of COUNT asks for, and that in words before a noun."""
    said = match["number"].lower()
    if said in ("several", "multiple"):
        return 2, None, "more than 1"
    number = 1 if not said.isdigit() and said not in _NUMBERS else number_of(said)
    if match["high"]:
        high = number_of(match["high"])
        return number, high, f"{number} to {high}"
    if match["over"]:
        return number + 1, None, f"more than {number}"
    if match["least"] or match["plus"] or match["up"]:
        return number, None, f"at least {number}"
    if match["under"]:
        return 0, number - 1, f"fewer than {number}"
    if match["most"] or match["down"]:
        return 0, number, f"at most {number}"
    return number, number, "a single" if number == 1 else f"exactly {number}"


def _authors_numbered(match: re.Match[str]) -> Condition:
    return number_of_authors(*number_told(match))


def number_of_authors(least: int, most: int | None, told: str) -> Condition:
    """Papers with so many authors, as far as the library names them."""
    noun = "author" if told.endswith((" single", " 1")) else "authors"
    return Condition(
        f" with {told} {noun}",
        "authors",
        lambda paper: least <= len(paper.authors) and (most is None or len(paper.authors) <= most),
    )


def _alone(_: re.Match[str]) -> Condition:
    return number_of_authors(1, 1, "a single")


def _sources_numbered(match: re.Match[str]) -> Condition:
    least, most, told = number_told(match)
    noun = "source" if told.endswith((" single", " 1")) else "sources"
    return Condition(
        f" from {told} {noun}",
        "sources",
        lambda paper: least <= len(paper.sources) and (most is None or len(paper.sources) <= most),
    )


def _source(match: re.Match[str]) -> Condition:
    name = match["source"].casefold()
    return Condition(
        f" from the source {match['source']}",
        "sources",
        lambda paper: any(source.casefold().startswith(name) for source in paper.sources),
    )


def _category(match: re.Match[str]) -> Condition:
    name = match["name"]
    return Condition(
        f" in {name}",
        "categories",
        lambda paper: any(fold(name) in category_terms(one) for one in paper.categories),
    )


def _whole_date(match: re.Match[str]) -> Condition:
    """Papers of which only the year is known, or not the day."""
    if match["only"]:
        return Condition(
            " of which only the year is known",
            "published",
            lambda p: len(p.published) == len("2022"),
        )
    return Condition(
        " without an exact date", "published", lambda p: len(p.published) < len("2022-03-04")
    )


def _field_of(match: re.Match[str]) -> str:
    return next(name for name in _FIELDS if match.groupdict().get(name))


def _lacks(match: re.Match[str]) -> Condition:
    field = _field_of(match)
    return Condition(f" without {_labelled(field)}", field, lambda p: not getattr(p, field))


def _has(match: re.Match[str]) -> Condition:
    field = _field_of(match)
    return Condition(f" with {_labelled(field)}", field, lambda p: bool(getattr(p, field)))


def _labelled(field: str) -> str:
    label = _LABELS.get(field, field)
    if label == "authors":
        return "authors"
    return f"{'an' if label[0] in 'aeiou' else 'a'} {label}"


def _title_holds(match: re.Match[str]) -> Condition:
    groups = match.groupdict()
    words = next(groups[name] for name in ("quoted", "single", "bare") if groups.get(name)).strip()
    how = (groups.get("how") or "").lower()
    if how.startswith(("start", "begin")):
        told, place = "begins with", r"\A"
    elif how.startswith("end"):
        told, place = "ends in", r"\Z"
    else:
        told, place = "holds", ""
    if groups.get("bare"):  # "summarizing (or summarize)"
        each = [one for one in re.split(r"[\s(),]+or[\s(]+|[()]", words) if one.strip()]
        words, wanted = " or ".join(each), "|".join(re.escape(fold(one.strip())) for one in each)
        wanted = f"(?:{wanted})"
    else:
        wanted = re.escape(fold(words))
    search = re.compile(wanted + place if place == r"\Z" else place + wanted).search
    return Condition(
        f" whose title {told} “{words}”",
        "title",
        lambda paper: search(_plain(paper.title)) is not None,
    )


def _plain(title: str) -> str:
    return fold(" ".join(title.split()))


_EACH_FIELD = "|".join(f"(?P<{name}>{pattern})" for name, pattern in _FIELDS.items())
_CATEGORY = re.compile(
    r"\b(?:in |from )?(?P<name>(?!\w+\.(?:txt|bib|csv|json|jsonl|html|ris|pdf|md)\b)"
    r"[a-z-]{2,8}\.[A-Za-z-]{2,10})\b"
)
_SLOTS: tuple[Slot, ...] = (
    (
        pattern(
            rf"\b(?:(?:with|having|whose|where|that have|which have|have|has|in) )?(?:the |their )?"
            rf"titles? (?:that |which |has |have |had )?(?:the )?(?P<how>contain(?:s|ing)?"
            rf"|includ(?:es?|ing)"
            rf"|mention(?:s|ing)?|h(?:as|ave)|hold(?:s|ing)?|with|use[sd]?|using|say(?:s|ing)?"
            rf"|start(?:s|ing)?(?: with)?|begin(?:s|ning)?(?: with)?|end(?:s|ing)?(?: with| in|"
            rf" on)?)?"
            rf" {_WORDS}(?:{_QUOTED}"
            r"|(?(how)(?P<bare>[\w'’-]+(?: [\w'’-]+){0,2}?)(?: in (?:them|it))?$|(?!)))"
        ),
        _title_holds,
    ),
    (
        pattern(
            rf"\b{_IN_TITLE}{_WORDS}(?:{_QUOTED}|(?(verb)(?P<bare>[\w-]+(?: [\w-]+"
            rf"| \(?or [\w-]+\)?){{0,2}}?)|(?!)))"
            r" (?:(?:appear|stand|occur)s? )?(?:in|as part of) (?:(?:the|their|its) )?(?:titles?"
            r"|names?)\b"
        ),
        _title_holds,
    ),
    (
        pattern(
            rf"\b{_WITH}(?P<only>(?:only|just|merely|nothing but) (?:a |the |its |their )?"
            r"(?:publication )?years?(?: (?:given|known|recorded|is known))?)"
            rf"(?:(?:,| and| but)* (?:with )?(?:no|not (?:a|an|any)|without (?:a|an|any)?) ?"
            r"(?:exact|full|precise|complete)? ?(?:dates?|months?|days?)(?: (?:or|and) days?)?)?"
            rf"|\b{_LACKS} {_ANY}(?:exact|full|precise|complete) ?(?:publication )?dates?\b"
        ),
        _whole_date,
    ),
    (
        pattern(
            r"\b(?:written |authored |published )?(?:all )?(?:alone\b|solo\b|single-?handedly"
            r"|by (?:him|her|them)sel(?:f|ves)\b|by (?:just |only )?(?:one|a single|a sole) "
            r"(?:author|person|researcher|writer)\b|(?:single|sole|solo|one)[- ]author(?:ed|s)?\b"
            r"|on (?:his|her|their) own\b|without (?:any )?co-?authors?\b"
            r"|(?:with|have|has) no co-?authors?\b)"
        ),
        _alone,
    ),
    (
        pattern(
            rf"(?<!which )(?<!what )(?<!top )\b{_WITH}(?:a )?{COUNT}[- ]{_WRITERS}\b(?! paper)"
        ),
        _authors_numbered,
    ),
    (pattern(rf"\b{_WITH}{COUNT}[- ](?:author|person)(?:ed)?\b"), _authors_numbered),
    (
        pattern(
            rf"\b(?:(?:that |which )?(?:are|is|were|was|come|came|listed|found|appear\w*"
            rf"|occur\w*) )*"
            rf"(?:in|from|with|by) {COUNT} (?:of the |different )?(?:source(?: file)?|file)s?\b"
        ),
        _sources_numbered,
    ),
    (
        pattern(
            r"(?<!\w)(?:(?:listed|found|that came|came|come|taken) )?(?:in|from|of)? ?(?:the )?"
            r"(?:source )?(?:file )?(?P<source>\w[\w-]*\.(?:txt|bib|csv|jsonl?|html|ris|pdf|md))\b"
        ),
        _source,
    ),
    (
        pattern(
            rf"\b(?:is|are) there (?:an? |any )?(?:{_EACH_FIELD}) (?:for|of|on|with)"
            r" (?=any|some|which|every|these|those|all\b)"
        ),
        _has,
    ),
    (
        pattern(
            r"\b(?:(?:appear|publish|present|print)\w*|come out|came out) (?:in|at) (?:an? |any "
            r"|some )(?:\w+ )?(?P<venue>conference|journal|venue|proceedings|workshop)s?\b"
        ),
        _has,
    ),
    (
        pattern(rf"\b{_LACKS} {_ANY}(?:{_EACH_FIELD})(?: at all| available| given| here)?\b"),
        _lacks,
    ),
    (
        pattern(
            rf"\bwhose (?:{_EACH_FIELD}) (?:is|are) (?:missing|unknown|empty|absent"
            r"|not (?:known|given|recorded|there|available))\b"
        ),
        _lacks,
    ),
    (
        pattern(
            rf"\b{_HAS} (?:(?:a|an|any|its|their|known|recorded|given|full) )*(?:{_EACH_FIELD})"
            r"(?! (?:of|who|that|which|in common|whose|called|named)\b)\b"
        ),
        _has,
    ),
    (_CATEGORY, _category),
    *DATES,
)
