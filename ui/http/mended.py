"""One fault of Gradio mended: sessions that keep every value their page has ever shown."""

from __future__ import annotations


def keep_ids() -> None:
    """Have a component that an update replaces in a session keep its id, in this process.

    Gradio 6.31 gives it a new one, and then stores the next value under that id too, for as long
    as the session lives: some 0.2 MB for each question of an open page.
    """
    from gradio.blocks import Block
    from gradio.state_holder import SessionState

    set_item = SessionState.__setitem__
    if getattr(set_item, "keeps_ids", False):
        return

    def keeping(self: SessionState, key: int, value: object) -> None:
        if isinstance(value, Block):
            value._id = key
        set_item(self, key, value)

    keeping.keeps_ids = True  # type: ignore[attr-defined]  # a mark of ours on a function
    SessionState.__setitem__ = keeping  # type: ignore[method-assign]  # that is the mending
