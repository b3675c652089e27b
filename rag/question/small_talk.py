"""Tells what is no question to papers (greetings, errands, tasks) by its likeness to examples."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from rag.finding.terms import content_stems

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SMALL_TALK = (
    "hello",
    "good morning, how are you today?",
    "thank you so much, bye",
    "you are great",
    "who are you and what can you do for me?",
    "make me laugh with a funny story",
    "write a poem about my cat",
    "write an email to my boss",
    "write a Python script that sorts a list",
    "fix this bug in my code",
    "translate this sentence into Spanish",
    "will it be sunny and warm this weekend?",
    "what time is it now?",
    "what should I cook for dinner tonight?",
    "how do I clean a coffee stain from a shirt?",
    "what should I give my mother for her birthday?",
    "I feel sad and lonely today",
    "book a flight and a hotel for me",
    "which film should I watch tonight?",
    "who won the football match yesterday?",
    "who is the president of France?",
    "what is 12 plus 30?",
    "remind me to call the dentist tomorrow",
    "where can I buy cheap shoes near me?",
    "what is the capital of Italy?",
    "play some music",
    "set an alarm for seven",
    "I need advice about my job and my salary",
)
TO_PAPERS = (
    "which method performs best on the benchmark?",
    "how does the proposed model work?",
    "what accuracy does the classifier reach on the test set?",
    "what is the effect of the treatment on patients?",
    "which gene regulates the growth of the tumour?",
    "how strong is the magnetic field measured in the experiment?",
    "what causes the phase transition in the material?",
    "how large is the dataset and how was it collected?",
    "is there a proof of the conjecture?",
    "how fast does the algorithm converge?",
    "what do we know about the mass of neutron stars?",
    "how did the policy change employment and prices?",
    "what are the limitations of the approach?",
    "how do animals adapt to warmer water?",
    "what was found at the excavation and how old is it?",
    "how do people's attitudes change after the intervention?",
    "which chemical compound is produced by the reaction?",
    "how much energy does the device save?",
    "does the drug lower the risk of disease?",
    "what did the survey of students find?",
)
NEIGHBOURS = 3
# By how much a text is more like its three nearest examples of small talk than like those of
# questions to papers: 16 of 18 dev texts that were no question to papers lie above, and 6 of 423
# others.
MARGIN = 0.04
SURELY = 0.1
"""From this margin on, it is no question to papers however well a quote seems to answer it: 14 of
18 such dev texts, and of 423 others three, all of which the catalogue answers before."""
BRIEF = 5
"""Content words of what is looked at where quotes answer well: of longer questions the answer would
wait for one more text to be embedded (6 ms), and small talk is brief."""
# It speaks of papers, or quotes a title, however like small talk its words are.
_OF_PAPERS = re.compile(
    r"\b(?:papers?|abstracts?|preprints?|arxiv|doi|et al)\b"
    r"|(?<!\w)[\"“‘'][^\"”]{12,200}?[\"”’'](?!\w)",
    re.IGNORECASE,
)
_OF_YOU = re.compile(r"\byou(?:r|rs|rself)?\b", re.IGNORECASE)


def is_small_talk(
    text: str, vectors: Callable[[Sequence[str]], NDArray[np.float32]], margin: float = MARGIN
) -> bool:
    """Whether `text` is more like small talk and errands than like a question to papers, by
    `margin` at least; or asks nothing but of the assistant itself.

    `vectors` gives L2-normalised vectors (n, dimension) of n texts, best one that remembers them.
    """
    if _OF_PAPERS.search(text):
        return False
    if _OF_YOU.search(text) and not content_stems(text):
        return True
    import numpy as np

    asked, *examples = vectors([text, *SMALL_TALK, *TO_PAPERS])
    likeness = np.array([float(asked @ example) for example in examples])
    talk, papers = np.split(likeness, [len(SMALL_TALK)])
    nearest = [float(np.sort(part)[-NEIGHBOURS:].mean()) for part in (talk, papers)]
    return nearest[0] - nearest[1] > margin
