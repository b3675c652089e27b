"""A question as it is typed in haste, in the words that it stands for: "whos teh autor, pls"."""

from __future__ import annotations

import re
from functools import partial

from rag.question.leaning import without_openers

_QUOTED = re.compile(r"[“\"][^”\"]*[”\"]")
_OF_THEM = r"list|show|give|find|name|get|sort|order|rank|print|tell|send|count|of|all|put|see|want"
_SHORT = tuple(
    (re.compile(rf"(?<![\w'’-]){said}(?![\w'’-])", re.IGNORECASE), meant)
    for said, meant in (
        (r"(who|what|when|where|that|how)s", r"\1 is"),
        (r"(who|what|when|where)(?:['’]re|['’]ve)", r"\1"),
        (r"w/ ?o(?:ut)?", "without"),
        (r"w/(?! ?o)", "with"),
        (rf"({_OF_THEM}) em|['’]em", r"\1 them"),
        (r"thru", "through"),
        (r"gimme", "give me"),
        (r"wich|wihch|whcih", "which"),
        (r"btwn", "between"),
        (r"enumerate", "list"),
        (r"(?:(?<=^)|(?<=[.?!,] ))(?:can|could|may|might) (?:i|we) (?:please |just |maybe )?(?:get"
         r"|have|see|know)(?= (?:the|an?|all|every|who|which|what|when|how)\b)", ""),
        (r"(?:(?<=^)|(?<=[.?!,] ))(?:do|would|could|can) you (?:happen to |by any chance |perhaps"
         r" )?(?:know|say|tell)(?= (?:who|which|what|when|how)\b)", ""),
        (r"alphabetically|chronologically", ""),
        (r"(?:the )?(?:(?:list|names?) of )?(?:everybody|everyone|(?:all )?(?:the )?(?:people"
         r"|persons|folks)) (?:who|that)(?= (?:wrote|authored|(?:is|are) on)\b)", "who"),
        # "the n of the study" is a number
        (r"(?<!the )(?<!size )(?<!an )(?<!sample )n(?= [^\W\d])(?! (?:of|is|was|in|for|per)\b)",
         "and"),
        (r"can u", "can you"),
        (r"nr\.?(?= of)|no\.(?= of)|#(?= of)", "number"),
        (r"(?<!by )(?:pls|plz|plse|thx|tks|lol|haha+|hm+|u+h+|u+m+|e+h+|btw|please|kindly)"
         r"(?=[\s,.!?:]|$)[,:]?", ""),
        # these are names, too: Ok, Wait; left out where a sentence begins or ends
        (r"(?:(?<=^)|(?<=[.?!] ))(?:hey+|ok(?:ay)?|wait|sorry)(?=[\s,.!?:]|$)(?! et\b)[,:]?", ""),
        (r"(?<!by )(?:ok(?:ay)?|wait|sorry)(?=\W*$)", ""),
    )
)  # fmt: skip
# What words for the catalogue are mistyped as; others might be a paper's own.
_MEANT = (
    "author authors authored paper papers published publication publications journal conference"
    " library written article articles preprint earliest latest newest oldest title titles"
    " between before first second recent collaborated coauthors together wrote number posted"
    " released abstract identifier"
).split()
_FEWEST = 5  # letters of a word that may be mistyped
_NOT_MISTYPED = frozenset(
    "tiles tile titled pater paler caper capers taper tapers piper pipers tittle latent lattes"
    " written author authors paper papers article articles title titles fist poster".split()
)
_WORD = re.compile(r"(?<![\w'’-])(?<!by )[^\W\d_]{4,}(?![\w'’-])", re.IGNORECASE)
_BEGINS = re.compile(r"(?:^|[.?!:] )$")
_ON = re.compile(r" (?:about|by|for|from|in|of|on|since|that|which|with)\b")


def plain(question: str) -> str:
    """A question as it is read for the catalogue: in full words, without what leads up to it and
    without a mark at its end.
    """
    return in_full(without_openers(" ".join(question.split())).strip(" ?!."))


_TAIL = re.compile(
    r",? or (?:am i|did i|do i|was i) (?:off|wrong|mistaken|mixing|imagining|dreaming)\b.*$"
    r"|,? (?:if i(?:['’]m not (?:mistaken|wrong)| remember (?:right(?:ly)?|correctly))|i (?:think"
    r"|guess"
    r"|believe))$",
    re.IGNORECASE,
)


def in_full(text: str) -> str:
    """`text` with its short forms written out, words that say nothing left out, and words for what
    a catalogue holds put right where one letter is wrong; quotations and names stay as they are.
    """
    shown: list[str] = []
    at = 0
    for quoted in _QUOTED.finditer(text):
        shown += [_in_full(text[at : quoted.start()]), quoted[0]]
        at = quoted.end()
    return " ".join("".join((*shown, _in_full(text[at:]))).split()).strip(" ,")


def _in_full(text: str) -> str:
    shouted = text.isupper()
    for said, meant in _SHORT:
        text = said.sub(partial(_written_out, meant, shouted), text)
    return _WORD.sub(_corrected, _TAIL.sub("", text))


def _written_out(meant: str, shouted: bool, said: re.Match[str]) -> str:
    """What a short form stands for; itself where a capital inside a sentence makes it a name."""
    name = said[0][0].isupper() and not shouted and not _BEGINS.search(said.string[: said.start()])
    return said[0] if name else said.expand(meant).lstrip()


def _corrected(said: re.Match[str]) -> str:
    """A word for the catalogue as it is spelt; a word with a capital is somebody's name, unless it
    begins a sentence that goes on from it ("Autors of …").
    """
    word, low = said[0], said[0].lower()
    if low in _NOT_MISTYPED or low in _MEANT or not word[1:].islower():
        return word
    begins = _BEGINS.search(said.string[: said.start()]) and _ON.match(said.string, said.end())
    if word[0].isupper() and not begins:
        return word
    meant = next((meant for meant in _MEANT if _mistyped(low, meant)), word)
    # Nobody asks for "papers of paper": the second is a name.
    return word if meant.rstrip("s") in said.string.lower() else meant


def _mistyped(word: str, meant: str) -> bool:
    """Whether a letter of `meant` is missing, doubled, or has changed places with the next one."""
    if len(meant) < _FEWEST or word[0] != meant[0] or abs(len(word) - len(meant)) > 1:
        return False
    if len(word) < len(meant):
        return any(meant[:n] + meant[n + 1 :] == word for n in range(len(meant)))
    if len(word) > len(meant):
        return any(
            word[:n] + word[n + 1 :] == meant and word[n] in word[max(0, n - 1) : n]
            for n in range(len(word))
        )
    return any(
        word[:n] + word[n + 1] + word[n] + word[n + 2 :] == meant for n in range(len(word) - 1)
    )
