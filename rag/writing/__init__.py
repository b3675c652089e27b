"""From quotes to a draft and its citations: prompts, markers, what stands in an answer."""
