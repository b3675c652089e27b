"""Verbs by which a click on our own HTML reaches Python, whichever tab it is on.

Any element with `data-go="VERB" data-value="WITH WHAT"` asks for it (scripts/frame.js). The value
travels as text and is never drawn; what it names has to be looked up, as for any request.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import gradio as gr


def carrier(verb: str) -> gr.HTML:
    """The component that hears of `verb`: its `submit` fires, its value is the one sent."""
    import gradio as gr

    heard = f"document.addEventListener({json.dumps(f'go:{verb}')}, (asked) => {{"
    return gr.HTML(
        "",
        html_template="",  # so that the value is on the page nowhere
        js_on_load=f"{heard} props.value = asked.detail; trigger('submit'); }});",
        apply_default_css=False,
        visible="hidden",
        elem_id=f"go-{verb}",
    )
