"""The words by which questions ask for fields of papers, and those that only ask."""

from __future__ import annotations

import re

NUMBERS = "one two three four five six seven eight nine ten".split()
ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
)
NTH = (
    rf"(?:(?P<nth>{'|'.join(ORDINALS)}|\d+(?:st|nd|rd|th)|last|final|senior|lead|leading|principal"
    rf"|1st)(?:[- ](?P<many>\d|{'|'.join(NUMBERS)}))?(?:[- ](?:listed|named|mentioned))?)"
)
FIRST = frozenset("lead leading principal opening starting top head start beginning front".split())
LAST = frozenset("last final senior closing ending end bottom".split())
LAST_BUT_ONE = frozenset(("penultimate", "last but one"))
AUTHOR = r"(?:co-?)?(?:authors?|writers?)"
PEOPLE = r"(?:people|persons?|researchers?|scientists?|humans?|individuals?)"
WROTE = (
    r"(?:(?:co-?)?(?:wrote|written|write|writes|authored|author)|penned|signed|behind"
    r"|responsible for|worked on|work on|contributed to|contribute to|listed|credited)"
)
BROUGHT = r"(?:published|publish|released|release|made|did|put out|posted)"
OUT = (
    r"(?:(?:first )?(?:published|publish|released|release|c[oa]mes? out|appears?|appeared|written"
    r"|posted|submitted|uploaded|issued|printed|presented|accepted|dated|out|launched"
    r"|put (?:up|online|out|on arxiv)|made (?:public|available)|written up)"
    r"(?: first)?(?: on arxiv| online| in print)?)"
)
VENUE = r"(?:publication )?(?:venue|journal|conference|proceedings|workshop|magazine)s?(?: name)?"
WHOLE = r"(?:(?:full|exact|complete|whole|proper|official|actual|precise|entire|correct) )*"
CAN_I = r"(?:can|could|do|does|may|might|should|would) (?:i|we|you|one|somebody|someone)"
ID = r"(?:ids?|identifiers?|numbers?|no\b\.?|codes?)"
OF_THESE = r"(?=.*\b(?:of|among) (?:these|those|them|the (?:two|three|four))\b)"
WHEN = r"(?:year|month|date|day)s?"

NOUNS = tuple(
    (field, re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])", re.IGNORECASE))
    for field, pattern in (
        (
            "more_authors",
            rf"(?:more|most{OF_THESE}) (?:{AUTHOR}|{PEOPLE}|names)"
            r"|(?:longer|bigger|larger) (?:author list|list of authors|team)",
        ),
        (
            "fewer_authors",
            rf"(?:fewer|less|fewest{OF_THESE}) (?:{AUTHOR}|{PEOPLE}|names)"
            r"|(?:shorter|smaller) (?:author list|list of authors|team)",
        ),
        (
            "older",
            rf"older|earlier|(?:oldest|earliest){OF_THESE}|{OUT} (?:before|first)|came first"
            r"|predates?",
        ),
        (
            "newer",
            rf"newer|later|more recent(?:ly)?|(?:newest|latest|most recent){OF_THESE}"
            rf"|{OUT} (?:after|last)|came last",
        ),
        ("nth", rf"{NTH} (?:{AUTHOR}|names?)(?:['’]s? names?)?(?: listed)?"),
        ("nth", rf"{AUTHOR} (?:number|no\.?|#) ?(?P<at>\d+|{'|'.join(NUMBERS)})"),
        (
            "nth",
            rf"(?:comes?|came|stands?|listed|named|credited) {NTH}(?= (?:on|in|of)\b|\W*$)"
            r"(?: (?:on|in|of|among) (?:the|its) (?:author(?:s['’]?|['’]s)? list"
            r"|list(?: of authors)?|authors))?",
        ),
        (
            "author_count",
            rf"how (?:many|much) (?:different |distinct |other )?(?:{AUTHOR}|names"
            rf"|{PEOPLE}(?=.*\b{WROTE}\b))",
        ),
        (
            "author_count",
            rf"(?:number|count|amount|total)(?: number)? of (?:different |distinct )?(?:{AUTHOR}"
            rf"|{PEOPLE}(?=.*\b{WROTE}\b))|author[- ]?(?:count|number)",
        ),
        (
            "author_count",
            r"how (?:long|big|large) (?:is|was) (?:the|its) (?:author list|list of authors"
            r"|(?:author )?team)|(?:size|length) of (?:the|its) (?:author list|list of authors)",
        ),
        (
            "others",
            rf"who else|(?:other|remaining|rest of the|further|additional) (?:{AUTHOR}|names"
            rf"|{PEOPLE}(?=.*\b{WROTE}\b))",
        ),
        (
            "authors",
            r"(?:(?:list|names?|one|any|some|part|among|amongst) (?:of )?(?:all )?(?:the |its )?)?"
            rf"{AUTHOR}(?:['’]s?)?(?: names?| lists?| names? list)?|authorship|by-?lines?"
            r"|names on(?= the\b.*\b(?:paper|report|article)\b)",
        ),
        ("doi", r"dois?|digital object identifiers?"),
        (
            "arxiv_id",
            rf"(?:arxiv|eprint|preprint|paper)(?:['’]s)?[- ]{ID}|{ID} (?:on|in|at|from) arxiv"
            r"|(?:ids?|identifiers?)|arxiv(?!:? ?\ue000)(?: reference| listing| entry)?:?",
        ),
        (
            "url",
            rf"(?:hyper|web ?)?link|(?:hyper)?links (?:to|for)|urls?|pdfs?|web ?(?:page|address)"
            rf"|where {CAN_I} (?:please )?(?:read|find|get(?: hold of)?|download|access|see"
            r"|obtain|look at|look up|view|open)|where (?:is|to) (?:read|find|get|download)"
            r"|full[- ]text",
        ),
        ("title", rf"{WHOLE}titles?|called(?=\W*$|\W*(?:,|and|or|again|exactly)\b|,)"),
        ("venue", VENUE),
        (
            "published",
            rf"(?:publication|publishing|release|submission|posting|appearance|{WHOLE[:-1]})"
            rf"*[- ]?{WHEN}(?: of (?:publication|release|submission|appearance))?"
            r"|how (?:old|long ago|recent|recently|new)|(?:the )?age",
        ),
        ("abstract", r"(?:text of the )?abstracts?"),
    )
)
# "For whom do they write?" asks of readers.
FOR_WHOM = re.compile(
    r"(?:at|for) whom?\b(?! (?:authored|wrote)).*"
    r"|whom? (?:are|is|was|were)\b(?!.*\b(?:authors?|people|writers?|wrote)\b).*\b(?:at|for|to)",
    re.IGNORECASE,
)
BESIDES = r"(?:besides|apart from|other than|aside from|except(?: for)?|together with)"
COMPARED = ("more_authors", "fewer_authors", "older", "newer")
"""Fields in which several papers are set beside each other."""
AUTHORISH = ("authors", "others", "nth", "author_count")
WHO = rf"\b(?:who(?:['’]s|m|se)?|(?:what|which) {PEOPLE})\b"
# A field that is asked for by a verb: (field, the whole question, whether it wants yes or no)
VERBAL = tuple(
    (field, re.compile(pattern, re.IGNORECASE), whether)
    for field, pattern, whether in (
        (
            "published",
            rf"(?:is|was|were|did)\b.*\b(?:{OUT}|from)\b.*\b(?:19|20)\d\d\W*$",
            True,
        ),
        (
            "published",
            rf".*\bwhen\b(?:['’]s)?(?:.*\b(?:{OUT}|from|(?:papers?|reports?) *$)|\W*(?:$|[:|])"
            r"| (?:was|is) (?:that|it|this)$)",
            False,
        ),
        ("where", rf".*\bwhere\b.*\b{OUT}", False),
        (
            "authors",
            r"(?:did|has|have|had|was|is|were|are)\b.*\b(?:(?:co-?)?(?:wrote|written|write|author"
            r"|authored)|work(?:ed)? on|contribute to|involved in)\b",
            True,
        ),
        ("authors", rf".*{WHO}.*\b{WROTE}\b|.*{WHO} {BESIDES}", False),
        ("made", rf".*{WHO}.*\b(?:{BROUGHT}|by|on)\b", False),
    )
)
VERBS_OF_AUTHORS = re.compile(
    rf"{WHO}|\b(?:{PEOPLE}(?= (?:who |that )?{WROTE}\b)|{WROTE}|{BROUGHT}|involved in)\b",
    re.IGNORECASE,
)
VERBS_OF = dict.fromkeys(
    (*AUTHORISH, "made", "more_authors", "fewer_authors"), VERBS_OF_AUTHORS
) | {
    "published": re.compile(rf"\b(?:since )?when\b(?:['’]s)?|\b{OUT}(?![\w-])", re.IGNORECASE),
    "older": re.compile(rf"\b{OUT}(?![\w-])", re.IGNORECASE),
    "newer": re.compile(rf"\b{OUT}(?![\w-])", re.IGNORECASE),
    "where": re.compile(rf"\bwhere\b|\b{OUT}(?![\w-])", re.IGNORECASE),
    "venue": re.compile(rf"\bwhere\b|\b{OUT}(?![\w-])", re.IGNORECASE),
}
HAVE = re.compile(
    r"(?:do|does|have|has) (?:you|we|i|(?:the|this|your|our) (?:library|collection|catalogue))"
    r"(?: also| already)? (?:have|got|hold|contain|include)\b"
    r"|(?:is|was)\b(?=.*\b(?:in|part of) (?:the|this|my|our|your) (?:library|collection|catalogue"
    r"|database)$|.* here$)",
    re.IGNORECASE,
)
HERE = re.compile(
    r"\b(?:in|part of) (?:the|this|my|our|your) (?:library|collection|catalogue|database)\b"
    r"|\b(?:available|included|(?:in )?here|online)\b",
    re.IGNORECASE,
)
IDENTIFIED = re.compile(
    r"(?:what|which (?:paper|one|article))(?:['’]s| is| has| does)?(?: the)?(?: paper)?"
    r" (?:arxiv:? ?(?:id )?)?(?P<name>\S+)",
    re.IGNORECASE,
)
OF_ANOTHER_KIND = re.compile(
    r"\b(?:for|to|about|from) whom\b"
    r"|\b(?:why|how|what)\b (?:do|does|did|can|could|would|should|will|have|had)\b"
    r"|\b(?:which|what) (?:papers|of|ones)\b|^(?:in )?(?:which|what) (?:\w+ )?(?:paper|one|work)\b"
    r"|\bpapers (?:by|from|with|on|about|in|that|which)\b",
    re.IGNORECASE,
)
WHETHER = re.compile(
    r"(?:is|was|are|were|did|does|do|has|have|had)\b(?! (?:you|we|i)\b)", re.IGNORECASE
)
POLITE = re.compile(
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
PREAMBLE = re.compile(
    r"^(?:i(?:['’]m| am| have| need| want|['’]ve)|we(?:['’]re| are)|for (?:my|our|the)) [^.;:!?|]*?"
    r"(?:[.;:!?,—–]|\band(?= (?:i |would|wonder|need|want)))",
    re.IGNORECASE,
)
PRONOUN = re.compile(
    r"(?:(?:the|this|that|these|those|both|said|same|last|two) )*(?:it|its|this|that|they|them"
    r"|these|those|their|there|ones?|both|two|papers?|works?|article|report|study|publication)",
    re.IGNORECASE,
)
SEVERAL = re.compile(r"\b(?:these|those|they|them|both|two|all of)\b", re.IGNORECASE)
EDGES = frozenset(
    """a all also an and any are as at be been both by did do does each every for from got had has
    have
    i if in is it its just me my name names of on only or so than that the their them then there
    these they this those to two us was we were what what's what’s whats whether which whichever
    will with would you your""".split()
)
