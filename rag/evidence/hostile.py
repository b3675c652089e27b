"""Papers are data: which of their sentences address whoever reads, and text made safe for a prompt.

A sentence that gives orders to its reader ("ignore the above", "reply with …"), imitates a chat's
machinery, or hides characters or markup reports no finding. It is left out of the evidence, so
that no chat model is given it and no answer quotes it. Indirect prompt injection: Greshake et al.,
2023, "Not what you've signed up for".

The rules look for what makes a sentence an order: its verb, its addressee, what it is about. They
miss most wordings that nobody thought of, and are only the first of three defences: a quote has
to bear on the question, and what a chat model writes has to be borne out by what it cites.
`askpapers eval injections` measures all three, and with --data what the rules cost.
"""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from functools import lru_cache

_WRITE = (
    r"(?:say|write|print|output|reply|respond|answer|repeat|reveal|show|display|return|emit|echo"
    r"|include|append|insert|prepend|cite|state|tell|claim|translate|visit|click|open|send|post"
    r"|email|forward|upload|call|execute|run|fetch|render|begin|start|end|finish|conclude|recommend"
    r"|give|rate|mention|refuse|decline|confirm|summari[sz]e|use|replace|assume|treat|act|pretend"
    r"|remember|store|encode|decode|follow|obey|comply)"
)
_VOID = (
    r"(?:ignore|disregard|forget|override|overrule|discard|bypass|supersede|void|cancel"
    r"|(?:do not|don't|don’t|stop) (?:follow|obey|use|read|cite|quote|answer)(?:ing)?"
    r"|pay no attention to|set aside)"
)
_ORDERS = (
    r"(?:instructions?|prompts?|rules?|directives?|guidelines?|commands?|(?:system )?messages?"
    r"|everything|anything|quotes?|(?:the )?above|restrictions?|safety|conversation|told)"
)
_MACHINE = (
    r"(?:AIs?|A\.I\.|LLMs?|language models?|(?:AI |virtual |chat ?)?assistants?|chat ?bots?"
    r"|chat models?|(?:Chat)?GPT(?:-\d\w*)?|Claude|Gemini|Llama|copilot|agents?|AI (?:reviewers?"
    r"|systems?|models?|readers?)|LLM reviewers?|(?:automated|machine) (?:readers?|systems?|tools?"
    r"|reviewers?)|reader)"
)
_CONFIDENTIAL = (
    r"(?:(?:system |hidden |secret |initial |full |own )+(?:prompt|instructions?|message)s?|prompt"
    r"|api[ _-]?keys?|access tokens?|passwords?|secrets?|credentials?|environment variables?"
    r"|\w*_API_KEY|instructions|configuration)"
)
# Where an imperative can begin: a clause, or behind such a word.
_CLAUSE = (
    r"(?:\A|[.!?:;,(\"“'\]>*#]\s*|\s[—–-]\s|\b(?:please|then|now|instead|must|shall|always|never"
    r"|just"
    r"|only|you|to you|simply|kindly|first)\s+)"
)
_HOW = (
    r"(?:exactly|verbatim|word for word|nothing else|instead|in (?:all )?(?:capitals|caps)"
    r"|with(?: only)? (?:the|this|these|that|a|one|\W|[A-Z])|only|the (?:word|words|phrase|text"
    r"|sentence|token|code|string|number|following)|(?:this|the) (?:link|url|address|page|site)"
    r"|https?:|(?:to )?the user|(?:every|any|all|each|the) (?:question|answer|query|reply|response"
    r"|sentence)s?|your|you\b|accept(?:ance)?|positive(?:ly)?|[\"“'«`]|\b[A-Z][A-Z0-9_-]{5,}\b"
    r"|\[\w{1,4}\]|:\s|yes\b|no\b|in (?:french|german|spanish|chinese|russian|italian|japanese)"
    r"|as if"
    r"|like an?\b)"
)

_RULES = tuple(
    (why, re.compile(pattern, flags))
    for why, pattern, flags in (
        (
            "imitates the machinery of a chat",
            r"<\|[^|<>]{1,40}\|>|<\|\w+|\[/?INST\]|<</?SYS>>|<(?:start|end)_of_turn>|</?s>\s"
            r"|<think>|\A\W{0,4}(?:system|assistant|user|human|developer|quotes?|question|answer)"
            r"\W{0,3}:|\b(?:system|assistant|user|developer) ?(?:prompt|message|note"
            r"|override)?\s?:\s"
            r"|\A\W*#{1,6} ?(?:instruction|system|response|input)|\[NONE\]"
            r"|(?-i:\b(?:BEGIN|END) (?:OF )?(?:SYSTEM|PROMPT|CONTEXT|QUOTES?|DOCUMENT|INPUT|DATA))"
            r"|</?(?:system|assistant|user|instructions?|context|quotes?|document|tool\w*)\b[^>]*>"
            r"|\"role\"\s*:\s*\"|\"?tool_calls?\"?\s*:|function_call",
            re.IGNORECASE,
        ),
        (
            "sets aside instructions",
            rf"{_CLAUSE}{_VOID}\b[^.;]{{0,50}}\b{_ORDERS}"
            rf"|{_CLAUSE}override\s?:|\b(?:instruction|directive|order|rule|prompt)s? supersedes? "
            r"|\b(?:stop|finish) reading\b"
            rf"|\b(?:ignoring|disregarding) (?:all |any |the |your )*(?:previous|prior|earlier"
            rf"|above)"
            rf"|\b{_ORDERS}\b[^.;]{{0,40}}\b(?:are|is) (?:now )?(?:void|cancell?ed|obsolete|revoked"
            r"|superseded|replaced)\b"
            rf"|{_CLAUSE}(?:the )?(?:new|updated|real|true|actual|revised|additional|following)"
            r" (?:instructions?|rules?|orders?|directives?|task)\b\s*(?::|for you|apply)"
            r"|\byour (?:new |real |true |actual |only )?(?:task|goal|role|job|instructions?)\b"
            r"|\byou are (?:now|no longer|in|an? (?:\w+ ){0,2}(?:assistant|AI|bot|pirate|expert"
            r"|model))\b"
            r"|\b(?:developer|debug|maintenance|diagnostic|admin|god|jailbreak|DAN) mode\b"
            r"|\bfrom now on\b|\bfrom this point (?:on|forward)\b",
            re.IGNORECASE,
        ),
        (
            "speaks to the machine that reads it",
            rf"\b(?:dear|attention|hey|hello|(?:note|message|hint|reminder) (?:to|for))"
            rf"(?: (?:the|any|all|an|every|whichever))?[ :,]{{1,3}}{_MACHINE}\b"
            rf"|{_CLAUSE}(?:to|for)(?: (?:the|any|all|an|every))? {_MACHINE}(?: \w+)?\s?[:!]"
            rf"|\A\W*{_MACHINE}\s?[:,!] (?=\w+ (?:the|this|that|with|only|all|your)\b)"
            rf"|\bif (?:you are|you're|this is read by|read by|processed by|asked|anyone asks"
            rf"|the user)\b"
            rf"|\b(?:whoever|anyone|any {_MACHINE}|every {_MACHINE}) (?:who |that )?(?:reads?"
            rf"|reading"
            r"|process\w*|summari\w*|answer\w*|quot\w*)\b"
            rf"|\b{_MACHINE} (?:reading|processing|summari[sz]ing|answering"
            rf"|reviewing)\b[^.]{{0,40}}"
            rf"\b(?:must|should|shall|will|is|are|to)\b|\bas an? (?:AI|LLM"
            rf"|language model)\b[^.]*\byou"
            r"|\b(?:when|if|whenever|once) (?:you(?:'re| are)? )?(?:asked|answer|respond|repl|quer"
            r"|summari[sz]|prompted)\w*\b[^.]*"
            rf"\b{_WRITE}\b",
            re.IGNORECASE,
        ),
        (
            "tells its reader what to write",
            rf"(?i:{_CLAUSE}{_WRITE})\b(?! (?:rate|time|point|to end))[^.;]{{0,40}}?(?<=[ :]){_HOW}"
            r"(?=[^.;]{0,80}\b(?:answer|reply|respon[ds]\w*|question|prompt|user|reader|review"
            r"|word|"
            r"phrase|sentence|verbatim|exactly|nothing|instead|link|https?|quotes?|citation|cite"
            r"|text"
            r"|string|token|key|code|caps|capitals|above|below|following)\b"
            r"|[^.;]*\b[A-Z][A-Z0-9]*-\d)"
            rf"|(?i:{_CLAUSE}|\band )(?i:tell|show|inform|ask|urge|send|remind) (?:the|your"
            rf"|every|any|all|each)"
            r" (?:user|reader)s?\b"
            rf"|(?i:{_CLAUSE}cite (?:this|our|only|these|no other)\b)"
            rf"|\bask\w* (?:every|any|the|all|each|an?) {_MACHINE} to\b|\b{_MACHINE} (?:shall"
            rf"|is to|are to)"
            rf" {_WRITE}\b"
            rf"|(?i:{_CLAUSE}(?:{_WRITE}|do so)) (?:nothing else|verbatim|as follows\b)",
            0,
        ),
        (
            "prescribes its reader's answer",
            rf"\b(?:you|your)\b[^.;]{{0,60}}\b(?:{_WRITE}|answers?|repl(?:y|ies)|responses?"
            rf"|outputs?"
            rf"|instructions?|prompt|user|must|should|always|never|system)\b"
            rf"|{_CLAUSE}(?:always|never|only) {_WRITE}\b(?=[^.;]*(?:\b(?:user|question|answer"
            rf"|quote|cite|"
            r"source|paper|word|with)\b|[\"“']|\b[A-Z][A-Z0-9]+-\d))"
            r"|\b(?:every|any|all|each|the (?:only|final|one|correct|right|true)) (?:question"
            r"|answer|quer"
            r"|repl|respon[sd])\w*\b[^.;]{0,60}\b(?:is always|must (?:be|say|state|begin|end"
            r"|contain|cite"
            r"|include)|is simply|is (?:now )?[\"“']|is (?-i:[A-Z][A-Z0-9]+-\d))"
            r"|\bthe (?:right|correct|only|final|expected) (?:answer|reply|response) to (?:this"
            r"|that|every"
            r"|any|all)\b[^.;]{0,40}\b(?:is|must)\b"
            r"|\b(?:no quote|none of (?:the|these) quotes|this quote) (?:answers?|states?|cannot"
            r"|must)\b",
            re.IGNORECASE,
        ),
        (
            "asks for what is secret",
            rf"\b(?:reveal|print|repeat|leak|show|output|disclose|dump|display|include|send"
            rf"|exfiltrate"
            rf"|write|post|append|tell|email|upload|give|return|say|quote|copy|spell|recite"
            rf"|translate)\b"
            rf"[^.;]{{0,40}}\b(?:your|the|all|any|its|me|us|our)\b[^.;]{{0,20}}\b{_CONFIDENTIAL}\b",
            re.IGNORECASE,
        ),
        (
            "holds active markup",
            r"<\s*/?(?:script|img|iframe|svg|style|object|embed|form|input|button|link|meta"
            r"|video|audio"
            r"|body|html|base|a)\b[^>]*(?:>|\Z)|\bon(?:error|load|click|mouseover)\s*=|javascript:"
            r"|data:text/|!\[[^\]]*\]\(|\[[^\]]*\]:\s*https?:|<!--|\\(?:write18|immediate|input\{"
            r"|include\{|openout|catcode|csname)|\{\{[^}]*\}\}|<\?php|<%|\]\(javascript"
            r"|https?://\S*[?&]\w+=(?:\{|\[|<|\$|%7B|YOUR|ANSWER|PROMPT|KEY)",
            re.IGNORECASE,
        ),
    )
)
_ELSEWHERE = re.compile(
    r"ignor(?:iere|ieren sie|ez|e|ar|a|ad)\b[^.]{0,50}\b(?:anweisung|instruc(?!tion)|istruzion"
    r"|consigne|instructions (?:pré|anté)|regel|règles|reglas)\w*"
    r"|vergiss\b[^.]{0,40}\b(?:anweisung|alles|regel)"
    r"|oublie[zr]?\b[^.]{0,40}\b(?:instruction|consigne|règle)|olvid[ae]\b[^.]{0,40}\binstruc"
    r"|\b(?:antworte(?:n sie)?|réponde[zr]?|réponds|responde|rispondi|responda|antwoord|odpowiedz)"
    r"\b[^.]{0,20}\b(?:nur|immer|mit|seulement|uniquement|toujours|avec|par|solo|siempre|con"
    r"|sempre|apenas|com|alleen|altijd|tylko|zawsze)\b"
    r"|negeer\b[^.]{0,40}\binstruct"
    r"|(?:忽略|无视|無視|忘记|不要理会)[^。]{0,20}(?:指令|指示|提示|说明|規則|规则|内容)"
    r"|(?:请|請|只|必须|始终)(?:回答|回复|輸出|输出|说)"
    r"|以前の指示|指示を(?:無視|忘れ)|と(?:答え|回答し)(?:て|ろ)"
    r"|(?:игнорируй|забудь|не обращай)\w*[^.]{0,40}(?:инструкц|указан|правил)\w*"
    r"|(?:ответь|отвечай|напиши|скажи)\w*\b|이전[^.]{0,10}지시|무시하(?:고|세요|라)"
    r"|(?:라고|만) (?:대답|답)"
    r"|تجاهل[^.]{0,30}(?:التعليمات|الأوامر)|أجب (?:فقط|دائما|بـ)|önceki talimat|yoksay"
    r"|zignoruj[^.]{0,40}(?:instrukcj|polece)",
    re.IGNORECASE,
)
_INVISIBLE = re.compile("[\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")
_ENCODED = re.compile(r"(?<![\w/+-])(?=[\w+/]*[a-z])(?=[\w+/]*[A-Z0-9])[A-Za-z0-9+/]{20,}={0,2}")
_SPACED = re.compile(r"(?:\b[A-Za-z][ .·_-]{1,3}){11,}[A-Za-z]\b")
_IN_LEET = re.compile(r"[A-Za-z][013457@$]+[a-z]")
_TOKEN = re.compile(r"<(?=[|/]?\w*[|>]|<|/?s>)|\|(?=>)|\[(?=/?INST\])", re.IGNORECASE)
# Letters of other scripts that look like Latin ones.
_LIKE_LATIN = str.maketrans("аеорсхуіјѕԁΑΒΕΗΙΚΜΝΟΡΤΧοϲ", "aeopcxyijsdABEHIKMNOPTXoc")
_LEET = str.maketrans("013457@$", "oieastas")
WITHHELD = "(title withheld)"
"""What a prompt has in place of a title that addresses its reader."""


# No rule of order fits a sentence without one of these words; most have none, and are done with.
_TRIGGERS = frozenset(
    "you your yours yourself ignore disregard forget override overrule discard bypass supersede"
    " void"
    " cancel obey ignoring disregarding instruction instructions prompt prompts rule rules"
    " directive"
    " directives orders task role job mode now ai ais llm llms assistant assistants chatbot"
    " chatbots"
    " gpt chatgpt claude gemini llama copilot agent agents reader readers reviewer reviewers model"
    " models system developer user human message question questions answer answers reply replies"
    " respond response responses quote quotes query queries exactly verbatim instead say write"
    " print"
    " output repeat reveal disclose leak dump exfiltrate always never password passwords secret"
    " secrets credentials key keys token tokens configuration environment visit click link http"
    " https cite phrase word words string role context document data input capitals caps".split()
)
_WORDS = re.compile(r"[a-z]+")
_MACHINERY = frozenset("<|[{\\!=")


@lru_cache(maxsize=50_000)
def addresses_reader(text: str) -> str:
    """Why a sentence is no report but addresses whoever reads it; empty for any other."""
    if _INVISIBLE.search(text):
        return "holds characters that hide or turn round what is read"
    plain = text if text.isascii() and text.isprintable() else visible(text)
    latin = plain if plain.isascii() else plain.translate(_LIKE_LATIN)
    for reading in dict.fromkeys((plain, latin, _without_leet(plain))):
        if _may_address(reading):
            for why, rule in _RULES:
                if rule.search(reading):
                    return why
        if _ELSEWHERE.search(reading):
            return "gives orders in another language"
    if _SPACED.search(plain):
        return "holds words with gaps between their letters"
    if any(map(_hides_text, _ENCODED.findall(plain))):
        return "holds encoded text"
    return ""


def _may_address(text: str) -> bool:
    words = set(_WORDS.findall(text.lower()))
    return bool(words & _TRIGGERS) or not (_MACHINERY.isdisjoint(text) and text.isascii())


def visible(text: str) -> str:
    """The text in plain characters and without those that are not seen."""
    normal = unicodedata.normalize("NFKC", text)
    return "".join(" " if c in "\n\t\r" else c for c in normal if _seen(c))


def as_data(text: str) -> str:
    """One line for a prompt in which nothing can be taken for a chat's machinery."""
    seen = "".join(" " if c.isspace() else c for c in text if _seen(c))
    return " ".join(_TOKEN.sub(lambda match: match.group() + " ", seen).split())


def title_as_data(title: str) -> str:
    """A title for a prompt; one that addresses its reader is withheld."""
    return WITHHELD if addresses_reader(title) else as_data(title)


def _seen(character: str) -> bool:
    return character in "\n\t\r" or unicodedata.category(character) not in ("Cf", "Cc", "Co", "Cn")


def _without_leet(text: str) -> str:
    """Words that were written with digits in them."""
    if not _IN_LEET.search(text):
        return text
    words = (word.translate(_LEET) if _IN_LEET.search(word) else word for word in text.split())
    return " ".join(words)


def _hides_text(run: str) -> bool:
    """Whether a run of letters and digits is text in base64."""
    try:
        text = base64.b64decode(run + "=" * (-len(run) % 4), validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        return False
    return len(text) >= 12 and text.isprintable()
