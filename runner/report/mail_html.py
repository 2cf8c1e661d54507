"""A mail's HTML made quiet: it asks for nothing, and leads nowhere.

What keeps it from doing harm is the frame that it is shown in and the page's policy, not this.
This keeps the browser from even trying, and says where a link would have led.
"""

import re
from html import escape
from html.parser import HTMLParser

_DROPPED = frozenset({"script", "iframe", "frame", "object", "embed", "link", "base", "meta"})
_HTML = re.compile(
    r"<(?:!doctype html|html|body|div|p|br|table|h[1-6]|ul|ol|a|img|span|b|strong|em|i)\b[^>]*>",
    re.IGNORECASE,
)
_WITHOUT_END = frozenset({"frame", "embed", "link", "base", "meta"})
_FETCHES = frozenset(
    {"src", "srcset", "background", "poster", "data", "action", "formaction", "ping", "xlink:href"}
)
_HARMLESS = re.compile(r"\s*data:image/", re.IGNORECASE)
_STYLE_FETCHES = re.compile(
    r"""@import[^;}]*;?|\b(?:url|image-set|src)\s*\((?:"[^"]*"|'[^']*'|[^)])*\)?""", re.IGNORECASE
)
_LOOK = "<!doctype html><style>:where(a){color:LinkText;text-decoration:underline}</style>"


def is_html(body: str) -> bool:
    """Tell whether a mail's text is meant as HTML."""
    return _HTML.search(body) is not None


def quiet_html(source: str) -> str:
    """Return the HTML as a document without what would be fetched, run or followed."""
    writer = _Writer()
    writer.feed(source)
    writer.close()
    return _LOOK + "".join(writer.parts)


class _Writer(HTMLParser):
    """Writes down what it reads, but for what is dropped."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.parts: list[str] = []
        self._inside = ""
        self._style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._inside or tag in _DROPPED:
            if not self._inside and tag not in _WITHOUT_END:
                self._inside = tag
            return
        self._style = tag == "style"
        kept = "".join(_attribute(name, value or "") for name, value in attrs)
        self.parts.append(f"<{tag}{kept}>")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _DROPPED:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self._inside:
            self._inside = "" if tag == self._inside else self._inside
        elif tag not in _DROPPED:
            self._style = False
            self.parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._inside:
            self.parts.append(_STYLE_FETCHES.sub("", data) if self._style else data)

    def handle_entityref(self, name: str) -> None:
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.handle_data(f"&#{name};")


def _attribute(name: str, value: str) -> str:
    if name == "href":
        return f' title="{escape(value)}"'
    if name.startswith("on") or (name in _FETCHES and not _HARMLESS.match(value)):
        return ""
    if name == "style":
        value = _STYLE_FETCHES.sub("", value)
    return f' {name}="{escape(value)}"'
