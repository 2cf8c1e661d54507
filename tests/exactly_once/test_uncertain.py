"""What cannot be settled is uncertain: never sent again, and settled when that is possible."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from runner.book.journal_book import Wanted
from runner.model.delivery import Delivery
from tests.exactly_once.matrix import SEQUENCES, SITUATIONS, Matrix
from tests.exactly_once.stage import Stage, make_delivery
from tests.exactly_once.virtual_time import run_virtually

PLAIN = SITUATIONS[0]
POSTS = ["POST Interactions", "POST Conversations/Messages"]
UNREADABLE = {
    "GET Workspaces/Tasks": "503 before",
    "GET Workspaces/Events": "200 nonsense before",
    "GET Conversations/Messages": "hangs before",
}


def unrouted(delivery: Delivery) -> Delivery:
    """Return the delivery without routing: there will be no Task."""
    form = (("Channel", dict(delivery.interaction)["Channel"]),)
    return replace(delivery, interaction=form, workspace_sid="")


def unmarked(delivery: Delivery) -> Delivery:
    """Return the delivery as `correlation: false` renders it."""
    form = dict(delivery.interaction)
    routing = json.loads(form["Routing"])
    del routing["properties"]["attributes"]["flexplay"]
    form["Routing"] = json.dumps(routing)
    message = tuple(pair for pair in delivery.message if pair[0] != "Attributes")
    return replace(delivery, interaction=tuple(form.items()), message=message)


@pytest.mark.parametrize("sequence", SEQUENCES)
@pytest.mark.parametrize("post", POSTS)
def test_evidence_that_cannot_be_read_proves_nothing(
    tmp_path: Path, sequence: str, post: str
) -> None:
    """As long as Twilio's lists cannot be read the key is uncertain; then it is sent once."""
    for kind in ("answer lost", "dropped before", "processed late"):
        matrix = Matrix(tmp_path, PLAIN, sequence)
        stage = matrix.stage()

        async def live(stage: Stage = stage, kind: str = kind) -> None:
            await stage.run({**UNREADABLE, post: kind})
            assert stage.states == {"A-1": "uncertain"}
            await stage.run()
            assert stage.states == {"A-1": "uncertain"}, "`run` leaves it to a person"
            stage.time.leap(60.0)
            await stage.run(resume=True)
            assert stage.states == {"A-1": "sent"}

        run_virtually(stage.time, live())
        assert not stage.judge().problems
        stage.clear()


@pytest.mark.parametrize("sequence", SEQUENCES)
@pytest.mark.parametrize("bare", ["unmarked", "unrouted"])
def test_what_nothing_could_prove_is_never_repeated(
    tmp_path: Path, sequence: str, bare: str
) -> None:
    """Without correlation, or without a Task, a lost answer stays uncertain however often asked."""
    made = unmarked(make_delivery("A-1")) if bare == "unmarked" else unrouted(make_delivery("A-1"))
    situation = replace(PLAIN, deliveries=(made,))
    matrix = Matrix(tmp_path, situation, sequence)
    stage = matrix.stage()
    stage.settings = replace(stage.settings, correlation=bare != "unmarked")

    async def live() -> None:
        await stage.run({"POST Interactions": "answer lost"})
        for _ in range(3):
            await stage.run(resume=True)
            stage.time.leap(3600.0)

    run_virtually(stage.time, live())
    assert stage.states == {"A-1": "uncertain"}
    assert len(stage.world.records.interactions) == 1
    posts = [one for process in stage.processes for one in process.requests]
    assert sum(one.path == "/v1/Interactions" for one in posts) == 1


@pytest.mark.parametrize("sequence", SEQUENCES)
def test_only_a_person_sends_it_again(tmp_path: Path, sequence: str) -> None:
    """An uncertain key is sent again on purpose, as another attempt that is itself settled."""
    matrix = Matrix(tmp_path, PLAIN, sequence)
    stage = matrix.stage()
    stage.again["A-1"] = 1
    wanted = Wanted(again=frozenset({"A-1"}), reason="they have not got it")

    async def live() -> None:
        lost = {**UNREADABLE, "POST Conversations/Messages": "dropped before"}
        await stage.run(lost)
        assert stage.states == {"A-1": "uncertain"}
        crash = {"POST Conversations/Messages": "crash, processed"}
        crashed = await stage.run(crash, wanted=wanted)
        assert crashed.killed
        await stage.run()

    run_virtually(stage.time, live())
    assert stage.judge().problems == ()
    assert stage.states == {"A-1": "sent"}
    assert stage.messages_of("A-1") == 1
