"""Personal names: lists of authors read, a title split from the names run into it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from ingest.text import one_line, words

_PARTICLES = frozenset(
    ["al", "ap", "ben", "bin", "da", "dal", "de", "del", "dela", "della", "den", "der", "di", "do"]
) | {"dos", "du", "el", "la", "le", "ten", "ter", "van", "von", "y", "zu"}
_INNER_CAPITAL = re.compile(  # McCandlish, LeCun, O'Brien, DeShawn
    r"^(?:Mc|Mac|Fitz|O['’]|D['’]|L['’]|De|Di|Da|Du|La|Le|Van|Von|St|Jo|Al)(?=[^\W\d_a-z])"
)
_SUFFIX = frozenset({"jr", "sr", "ii", "iii", "iv"})
_ET_AL = re.compile(
    r"[\s,]*(?:\band\s+)?\bet\.?\s+al\.?\s*$|[\s,]*\b(?:and|&)\s+others\s*$|[\s,]*(?:\.\.\.|…)\s*$",
    re.IGNORECASE,
)
_LINE_CHARS = 50_000  # three thousand names; no title with its authors is longer
_MOST_PLACES = 50  # where names may begin in a line; a title has few of them
_ET_AL_CHARS = 40  # only an end so long is searched: a list may be long
_SEPARATOR = re.compile(r"\s*;\s*|\s*,\s*(?:and\s+|&\s*)?|\s+(?:and|&)\s+")
_LAST_FIRST = re.compile(r"([^\W\d_][^,;\d]*),\s*([^\W\d_][^,;\d]*)")
_LAST_INITIALS = re.compile(r"([^\W\d_]{2,}(?:[ \-'’][^\W\d_]+)*) ((?:[A-Z]\.?-?){1,3})")
_INITIALS = re.compile(r"(?:[^\W\d_a-z]\.[\s\-‐]?)+(?:[^\W\d_a-z])?")  # J., J.-P., L. M.


def person_name(name: str) -> str:
    """A name in the order it is spoken: `Wu, Jeff` becomes `Jeff Wu`."""
    tidy = " ".join(name.split())
    match = _LAST_FIRST.fullmatch(tidy) if "," in tidy else None
    if match and words(match[2]) and match[2].rstrip(".").lower() not in _SUFFIX:
        return f"{match[2]} {match[1]}"
    return tidy


def person_key(name: str) -> str:
    """What spellings of one person's name share: last name and first initial."""
    parts = [part for part in words(person_name(name)) if part not in _SUFFIX]
    return f"{parts[-1]} {parts[0][0]}" if parts else ""


def author_list(text: str) -> tuple[tuple[str, ...], bool]:
    """The names in a printed list, and whether the list is complete (no "et al." at its end)."""
    names, complete = strip_et_al(one_line(text))
    if ";" in names:  # then commas may stand inside names
        parts = [person_name(name) for name in names.split(";") if name.strip()]
        return tuple(_initials_first(parts)), complete
    if re.fullmatch(r"[^\W\d_]+, [^\W\d_]+\.?", names):  # one person, last name first
        return (person_name(names),), complete
    parts = [name for name in _SEPARATOR.split(names) if name]
    return tuple(_paired(parts) or _initials_first(parts)), complete


def _paired(parts: Sequence[str]) -> list[str]:
    """The names in `Wu, J., Ouyang, L.`, split at every comma; empty if they are not so written."""
    lasts, firsts = parts[::2], parts[1::2]
    if len(lasts) != len(firsts) or not all(map(_INITIALS.fullmatch, firsts)):
        return []
    if any(map(_INITIALS.fullmatch, lasts)):
        return []
    return [f"{first} {last}" for last, first in zip(lasts, firsts, strict=True)]


def _initials_first(parts: list[str]) -> list[str]:
    """The names, turned round if all are written `Wu J` or `Ouyang L.M.`, as databases do."""
    matches = [_LAST_INITIALS.fullmatch(part) for part in parts]
    if len(parts) < 2 or not all(matches):
        return parts
    return [f"{match[2]} {match[1]}" for match in matches if match]


def strip_et_al(text: str) -> tuple[str, bool]:
    """`text` without a closing "et al." (or "and others", "..."), and whether there was none."""
    head, tail = text[:-_ET_AL_CHARS], text[-_ET_AL_CHARS:]
    match = _ET_AL.search(tail)
    if not match:
        return text, True
    return (head + tail[: match.start()]).rstrip(" ,"), False


def is_person(name: str, *, strict: bool = False) -> bool:
    """Whether `name` is written like a person's: two to five words, capitals where they belong.

    With `strict` a capital within a word stands only where names have one (`McCarthy`), so that
    a title's last word run into a first name (`MindLong Ouyang`) is none.
    """
    parts = name.split()
    if not 2 <= len(parts) <= 5 or parts[0].lower() in _PARTICLES:
        return False
    ends = (parts[0], parts[-1])
    return all(_is_name_word(part, strict=strict) for part in ends) and all(
        part.lower() in _PARTICLES or _is_name_word(part, strict=strict) for part in parts[1:-1]
    )


def _is_name_word(word: str, *, strict: bool) -> bool:
    if not re.fullmatch(r"(?:[^\W\d_]|['’.\-‐])+", word) or not word[0].isupper():
        return word[0].isalpha() and not (word[0].isupper() or word[0].islower())  # uncased script
    pieces = [piece for piece in re.split(r"[.\-‐]", word) if piece]
    return all(_is_name_piece(piece, strict=strict) for piece in pieces)


def _is_name_piece(piece: str, *, strict: bool) -> bool:
    rest = _INNER_CAPITAL.sub("", piece, count=1)
    if rest.isupper() and len(rest) <= 2:  # initials without points: J, JR
        return True
    if strict or rest[:2].isupper():
        return not any(c.isupper() for c in rest[1:])
    return True


def split_title_authors(line: str) -> tuple[str, tuple[str, ...], bool]:
    """A title run into its authors (`...human feedbackJeff Wu, Long Ouyang et al.`), taken apart.

    Returns title, authors, and whether the list is complete. The first name begins at a capital
    that follows a letter, digit or closing mark without a space; of all such places the first
    from which everything reads as a list of names is taken, preferring one whose first name
    looks like a person's. A line without such a place is all title.
    """
    body, complete = strip_et_al(line.strip())
    if len(body) > _LINE_CHARS:
        return line.strip(), (), False
    every = (i for i in range(1, len(body)) if _may_begin_name(body, i))
    places = list(islice(every, _MOST_PLACES))
    for likeness in (_all_people, _person_then_authors, _people_after_first):
        for place in places:
            names = [name for name in _SEPARATOR.split(body[place:]) if name]
            if likeness(names) and not _cuts_capitals(body, place):
                return body[:place].strip(), tuple(names), complete
    return line.strip(), (), False


def _may_begin_name(text: str, i: int) -> bool:
    before, here = text[i - 1], text[i]
    return here.isupper() and not before.isspace() and before not in "-‐–/'’(["


def _cuts_capitals(text: str, i: int) -> bool:
    """Whether several capitals stand behind a cut within an acronym: `GP|TJ. Wu`, `3|DJ. Wu`."""
    return (text[i - 1].isupper() or text[i - 1].isdigit()) and text[i + 1 : i + 2].isupper()


def _all_people(names: Sequence[str]) -> bool:
    return bool(names) and all(is_person(name, strict=True) for name in names)


def _person_then_authors(names: Sequence[str]) -> bool:
    """After a first person also teams and names with unusual capitals."""
    return bool(names) and is_person(names[0], strict=True) and all(map(_is_author, names[1:]))


def _people_after_first(names: Sequence[str]) -> bool:
    """A first author of one word, such as a team, is believed only before further names."""
    return len(names) > 1 and names[0].isalpha() and all(map(is_person, names[1:]))


def _is_author(name: str) -> bool:
    return is_person(name) or (name.count(" ") <= 4 and name[:1].isupper() and ":" not in name)
