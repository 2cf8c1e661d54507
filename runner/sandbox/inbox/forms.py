"""Search fields and choices, which work without a script, too."""

from collections.abc import Iterable, Sequence

from runner.sandbox.inbox.icons import icon
from runner.sandbox.inbox.markup import Attribute, Html, tag


def search_form(action: str, q: str, words: str, choices: Iterable[Html]) -> Html:
    """A search field with choices beside it; a script sends it when a choice changes."""
    field = tag(
        "input",
        type="search",
        name="q",
        value=q,
        id="search",
        placeholder=words,
        aria_label=words,
        autocomplete="off",
        spellcheck="false",
    )
    return tag(
        "form",
        tag("div", icon("search"), field, class_="search"),
        tag(
            "div", choices, tag("button", "Apply", class_="button without-script"), class_="choices"
        ),
        method="get",
        action=action,
        role="search",
        class_="filters",
        id="filters",
    )


def choice(name: str, label: str, options: Sequence[tuple[str, str]], chosen: str) -> Html:
    """One of several values."""
    shown = (
        tag("option", words, value=value, selected=value == chosen) for value, words in options
    )
    return tag("select", shown, name=name, aria_label=label, class_="is-set" if chosen else None)


def button_form(
    action: str, words: str, fields: Sequence[tuple[str, str]] = (), **attributes: Attribute
) -> Html:
    """A button that does something."""
    attributes.setdefault("class_", "button")
    hidden = (tag("input", type="hidden", name=name, value=value) for name, value in fields)
    return tag("form", hidden, tag("button", words, **attributes), method="post", action=action)
