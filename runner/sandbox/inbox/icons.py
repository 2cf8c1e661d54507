"""Small pictures, drawn in the colour of the text beside them; none of them says anything alone."""

from functools import cache

from runner.sandbox.inbox.markup import Html, tag

_SHAPES = {
    "sms": "M4 5h16a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1h-8l-5 4v-4H4a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1z",
    "whatsapp": "M4 20l1.2-4A8.2 8.2 0 1 1 8.3 19zM9 8.5c0 3.5 3 6.5 6.5 6.5"
    "M9 8.5l1.5 1.7M15.5 15l-1.8-1.5",
    "messenger": "M12 3.5c5 0 9 3.6 9 8.2s-4 8.2-9 8.2c-1 0-1.9-.1-2.7-.4L6 21.5v-3.3"
    "c-1.9-1.5-3-3.9-3-6.5 0-4.6 4-8.2 9-8.2zM7 13.5l3.2-3.3 2.6 2 3.7-2.2",
    "email": "M4 5.5h16a1 1 0 0 1 1 1v11a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1v-11a1 1 0 0 1 1-1z"
    "M3.5 7l8.5 6 8.5-6",
    "chat": "M5 4h11a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1H9l-4 3v-3a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1z"
    "M20 9v8a1 1 0 0 1-1 1v3l-4-3h-4",
    "web": "M3.5 5h17v14h-17zM3.5 9h17M6 7h.01M8.5 7h.01",
    "gbm": "M4 9l1.5-4.5h13L20 9M4 9v10.5h16V9M4 9a2.7 2.7 0 0 0 5.3 0 2.7 2.7 0 0 0 5.4 0"
    " 2.7 2.7 0 0 0 5.3 0",
    "none": "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM6.5 6.5l11 11",
    "one": "M4 12.5l5 5L20 6.5",
    "two": "M1.5 12.5l5 5L17 6.5M11 16l1.5 1.5L23 6.5",
    "wait": "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 8v4.5l3 2",
    "failed": "M12 3.5l9.5 16.5h-19zM12 10v4.5M12 17.2v.1",
    "send": "M4 12l16-8-5 16-3.5-6.5z",
    "back": "M14.5 5l-7 7 7 7",
    "search": "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5L20.5 20.5",
    "bolt": "M13 3L5 13.5h6L10.5 21 19 10h-6.5z",
}


@cache
def sprite() -> Html:
    """All pictures, once in a page, for `icon` to point at."""
    symbols = (
        tag("symbol", tag("path", d=shape), id=f"i-{name}", viewBox="0 0 24 24")
        for name, shape in _SHAPES.items()
    )
    return tag("svg", symbols, class_="sprite", aria_hidden="true")


@cache
def icon(name: str) -> Html:
    """A picture that screen readers pass over."""
    use = tag("use", href=f"#i-{name}")
    return tag("svg", use, class_=f"icon icon-{name}", aria_hidden="true")


def channel_icon(kind: str) -> Html:
    """The picture of a channel type."""
    return icon(kind if kind in _SHAPES else "none")
