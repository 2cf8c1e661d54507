"""What a person does to the sandbox: faults on and off, and everything forgotten."""

import json

from runner.sandbox.inbox.facts import Fact, card, facts, folded
from runner.sandbox.inbox.foreign import bdi
from runner.sandbox.inbox.forms import button_form
from runner.sandbox.inbox.frame import one_pane
from runner.sandbox.inbox.json_view import json_block
from runner.sandbox.inbox.markup import Html, join, tag
from runner.sandbox.inbox.times import length
from runner.sandbox.inbox.visit import ROOM, Visit
from runner.sandbox.state import World


def show_controls(visit: Visit, complaint: str = "", rules: str = "") -> Html:
    """GET /inbox/controls; with what was wrong with the rules that were sent, if anything."""
    world = visit.world
    inside = tag(
        "div",
        tag("h2", "Controls", id="title"),
        card("Faults", _faults(world), _own_rules(world, complaint, rules)),
        card("Reset", _reset()),
        card("This sandbox", facts(_state(visit))),
        class_="prose controls",
    )
    return one_pane(visit, "controls", "Controls", inside)


def _faults(world: World) -> Html:
    plan = world.faults.plan
    target = f"{ROOM}faults"
    chaos = button_form(
        target, "Start the chaos mixture", (("plan", "chaos"),), class_="button is-first"
    )
    off = button_form(
        target, "Turn all faults off", (("plan", "off"),), class_="button", disabled=not plan.rules
    )
    words = (
        "Nothing goes wrong by itself."
        if not plan.rules
        else "These rules are in force, in this order. Requests to the API are struck, this page "
        "is not."
    )
    explained = (
        "The mixture: of all requests 2 % are processed and the answer lost, 2 % dropped before, "
        "1 % + 1 % answered 503 before and after, 2 % rate limited; 20 ms of latency on average, "
        "and lists that lag half a second behind."
    )
    return join(
        tag("p", words),
        _table(world) if plan.rules else None,
        tag("div", chaos, off, class_="row-of-buttons"),
        tag("p", explained, class_="quiet"),
    )


def _table(world: World) -> Html:
    rules = world.faults.plan.rules
    rows = (
        tag(
            "tr",
            tag("th", bdi(rule.name), scope="row"),
            tag("td", rule.fault.replace("_", " ")),
            tag("td", f"{count['matched']:,}", class_="number"),
            tag("td", f"{count['struck']:,}", class_="number"),
        )
        for rule, count in zip(rules, world.faults.counts(), strict=True)
    )
    names = ("Rule", "Fault", "Requests", "Struck")
    numbers = {"Requests", "Struck"}
    head = tag(
        "tr",
        (tag("th", n, scope="col", class_="number" if n in numbers else None) for n in names),
    )
    table = tag("table", tag("thead", head), tag("tbody", rows))
    return tag("div", table, class_="scroll", tabindex=0, role="region", aria_label="Fault rules")


def _own_rules(world: World, complaint: str, rules: str) -> Html:
    """Rules of one's own, in the JSON that the control endpoint takes."""
    given = rules or json.dumps(list(world.faults.plan.given), indent=2)
    field = tag(
        "textarea",
        given,
        name="rules",
        id="rules",
        rows=12,
        spellcheck="false",
        class_="code",
        aria_invalid="true" if complaint else None,
        aria_describedby="complaint" if complaint else None,
    )
    form = tag(
        "form",
        tag("input", type="hidden", name="plan", value="own"),
        tag("label", "Rules, as JSON", for_="rules"),
        field,
        tag("p", complaint, id="complaint", class_="complaint", role="alert")
        if complaint
        else None,
        tag("button", "Put these rules in force", class_="button"),
        method="post",
        action=f"{ROOM}faults",
    )
    return folded("Rules of your own", form, id_="own-rules", open_=bool(complaint))


def _reset() -> Html:
    sure = join(
        tag("p", "Conversations, Tasks, requests and opt-outs are forgotten; fault rules stay."),
        button_form(f"{ROOM}reset", "Yes, forget everything", class_="button is-grave"),
    )
    return folded("Forget everything…", sure, id_="reset")


def _state(visit: Visit) -> list[Fact]:
    world = visit.world
    settings = world.settings
    lag = settings.evidence_lag
    return [
        ("Address", tag("code", visit.request.origin)),
        ("Running for", length(world.now - world.began)),
        ("Requests", f"{world.requests_seen:,}"),
        ("Customers join after", f"{settings.join_delay:g} s"),
        ("Delivered after", f"{settings.delivered_delay:g} s"),
        ("Lists lag", f"{lag:g} s" if isinstance(lag, int | float) else json_block(dict(lag))),
        ("Interactions a second", str(settings.interactions_per_second or "no limit")),
        ("Opted out", f"{len(world.records.opted_out):,} address pairs"),
    ]
