"""What all pages have around them: head, sections, tools, two panes, and what is said aloud."""

from runner.sandbox.inbox.assets import asset_address
from runner.sandbox.inbox.icons import icon, sprite
from runner.sandbox.inbox.markup import Html, join, tag
from runner.sandbox.inbox.visit import (
    CONTROLS,
    DEBUGGER,
    EVENTS,
    HELP,
    HOME,
    REQUESTS,
    ROOM,
    TASKS,
    THEMES,
    Visit,
)

_SECTIONS = (
    ("conversations", "Conversations", HOME, "c"),
    ("tasks", "Tasks", TASKS, "t"),
    ("requests", "Requests", REQUESTS, "r"),
    ("debugger", "Debugger", DEBUGGER, "d"),
    ("controls", "Controls", CONTROLS, "x"),
)


def two_panes(
    visit: Visit, section: str, title: str, listed: Html, detail: Html | None, empty: str
) -> Html:
    """A page of a list and what is chosen from it; a small screen shows one of them."""
    chosen = tag(
        "section",
        detail if detail is not None else tag("p", empty, class_="choose"),
        class_="pane detail",
        id="detail",
        tabindex=-1,
        aria_label=title if detail is not None else "Nothing chosen",
    )
    beside = tag(
        "section",
        listed,
        class_="pane list",
        id="list",
        tabindex=-1,
        aria_label=f"List of {section}",
    )
    inside = join(beside, chosen)
    return page(visit, section, title, inside, has_detail=detail is not None)


def one_pane(visit: Visit, section: str, title: str, inside: Html) -> Html:
    """A page of one thing."""
    pane = tag("section", inside, class_="pane only", id="detail", tabindex=-1, aria_label=title)
    return page(visit, section, title, pane, has_detail=True)


def page(visit: Visit, section: str, title: str, inside: Html, *, has_detail: bool) -> Html:
    """A whole document."""
    main = tag(
        "main",
        tag("h1", title, class_="hidden"),
        inside,
        id="main",
        class_="with-detail" if has_detail else "list-only",
    )
    body = tag(
        "body",
        tag("a", "Skip to the content", href="#detail" if has_detail else "#list", class_="skip"),
        sprite(),
        _bar(visit, section),
        main,
        tag("p", role="status", id="said", class_="hidden", data_keep=True),
        data_events=EVENTS,
    )
    return document(title, visit.theme, body)


def document(title: str, theme: str, body: Html) -> Html:
    """The document around a body."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", name="robots", content="noindex"),
        tag("title", f"{title} · Flex sandbox"),
        tag("link", rel="icon", href=asset_address("icon.svg"), type="image/svg+xml"),
        tag("link", rel="stylesheet", href=asset_address("inbox.css")),
        tag("link", rel="stylesheet", href=asset_address("devices.css")),
        tag("script", src=asset_address("become.js"), defer=True),
        tag("script", src=asset_address("inbox.js"), defer=True),
    )
    chosen = theme if theme != "system" else None
    whole = tag("html", head, body, lang="en", data_theme=chosen)
    return join(Html("<!doctype html>"), whole)


def _bar(visit: Visit, section: str) -> Html:
    brand = tag(
        "a",
        tag("span", icon("sms"), class_="mark"),
        tag("span", "Flex sandbox", class_="brand-name"),
        href=HOME,
        class_="brand",
        aria_label="Flex sandbox: conversations",
    )
    links = (
        tag("li", _section_link(visit, name, words, href, key, current=name == section))
        for name, words, href, key in _SECTIONS
    )
    nav = tag("nav", tag("ul", links), aria_label="Sections", class_="sections")
    return tag("header", brand, nav, _tools(visit), class_="bar")


def _section_link(
    visit: Visit, name: str, words: str, href: str, key: str, *, current: bool
) -> Html:
    return tag(
        "a",
        words,
        _count(visit, name),
        href=href,
        aria_current="page" if current else None,
        data_key=key,
    )


def _count(visit: Visit, name: str) -> Html | None:
    """How many there are, beside a section's name."""
    world = visit.world
    if name == "controls":
        rules = len(world.faults.plan.rules)
        if not rules:
            return None
        return tag("span", icon("bolt"), tag("span", "faults on", class_="hidden"), class_="on")
    counts = {
        "conversations": len(world.records.conversations),
        "tasks": len(world.records.tasks) + len(world.records.deleted_tasks),
        "requests": world.requests_seen,
        "debugger": len(world.records.debugger),
    }
    count = counts[name]
    return tag("span", f"{count:,}", class_="count") if count else None


def _tools(visit: Visit) -> Html:
    live = tag(
        "button",
        tag("span", class_="dot"),
        tag("span", "Live", class_="live-words"),
        type="button",
        id="live",
        class_="tool needs-script",
        aria_pressed="true",
        title="Updates by itself; press to hold still (l)",
        data_keep=True,
    )
    following = THEMES[(THEMES.index(visit.theme) + 1) % len(THEMES)]
    theme = tag(
        "form",
        tag("input", type="hidden", name="theme", value=following),
        tag(
            "button",
            visit.theme.capitalize(),
            class_="tool",
            title=f"Change to {following}",
            aria_label=f"Colours: {visit.theme}. Change to {following}",
        ),
        method="post",
        action=f"{ROOM}theme",
    )
    helping = tag("a", "?", href=HELP, class_="tool", aria_label="Help and shortcuts", data_key="?")
    return tag("div", live, theme, helping, class_="tools")


def breadcrumb(words: str, href: str) -> Html:
    """The way back to the list, which a small screen hides beside a detail."""
    return tag("a", icon("back"), words, href=href, class_="back")
