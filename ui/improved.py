"""What was done to make an answer better, in words: what is said by every way in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.types import Answer


def looked_again(answer: Answer) -> list[str]:
    """What was searched for and opened where little was found, a line each."""
    lines = []
    for step in answer.trail:
        found = "1 new quote" if step.quotes == 1 else f"{step.quotes or 'no'} new quotes"
        lines.append(
            {
                "search": f"searched again: {step.text} ({found})",
                "open": f"read “{step.text}” whole ({found})",
                "stop": f"stopped looking: {step.text}",
            }[step.action]
        )
    return lines


def criticised(answer: Answer) -> list[str]:
    """What was criticised in the draft and what came of it, a line each."""
    lines = []
    for one in answer.critiques:
        if one.outcome != "invalid":
            done = "written anew" if one.outcome == "revised" else "left as it was"
            lines.append(f"sentence {one.sentence + 1}, {done}: {one.defect}: “{one.evidence}”")
    if invalid := sum(one.outcome == "invalid" for one in answer.critiques):
        lines.append(f"critiques that no quote bears out, left out: {invalid}")
    return lines
