"""HTML in which nothing foreign can be markup: what is not made by `element` is escaped."""

from collections.abc import Iterable, Mapping
from html import escape

from runner.report.visible import make_visible, show_character
from runner.sms.graphemes import split

_KEPT = ("\n", "\r\n", "\t")
_VOID = frozenset({"meta", "input", "hr", "br"})
NOTHING: Mapping[str, str | bool] = {}


class Html(str):
    """Markup that may stand in a page as it is."""

    __slots__ = ()


def element(name: str, attributes: Mapping[str, str | bool] = NOTHING, *content: str) -> Html:
    """Return an element. Content that is no `Html` is text: escaped, on one line and visible.

    An attribute that is True stands without a value, one that is False not at all.
    """
    begin = f"<{name}{''.join(_attribute(*each) for each in attributes.items())}>"
    if name in _VOID:
        return Html(begin)
    return Html(f"{begin}{join(content)}</{name}>")


def join(content: Iterable[str]) -> Html:
    """Return the parts one after the other."""
    return Html("".join(map(text, content)))


def text(content: str) -> Html:
    """Return text of one line as markup: nothing in it acts, everything in it is seen."""
    return content if isinstance(content, Html) else Html(escape(make_visible(content)))


def flow(body: str) -> Html:
    """Return a text of several lines; a character that shows nothing has its name in its place."""
    return join(_shown(cluster) for cluster in split(body))


def _shown(cluster: str) -> str:
    if cluster in _KEPT:
        return Html(cluster)
    shown = show_character(cluster)
    return shown if shown == cluster else element("span", {"class": "unseen"}, shown)


def foreign(content: str) -> Html:
    """Return somebody else's text, whose direction does not touch what stands around it."""
    return element("bdi", {}, content if isinstance(content, Html) else flow(content))


def raw_text(content: str) -> Html:
    """Return what stands in a `style`, which knows no escaping.

    Raises:
        ValueError: it would end the element.
    """
    if "</" in content:
        raise ValueError("a style sheet must not hold </")
    return Html(content)


def _attribute(name: str, value: str | bool) -> str:  # noqa: FBT001 - as HTML has them
    if value is True:
        return f" {name}"
    return f' {name}="{escape(str(value))}"' if value is not False else ""
