"""What flexplay sends is what Twilio's descriptions say that it may be sent."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from runner.find_files import is_test_file
from runner.load.file import load_file
from runner.model.document import Document, to_plain

ROOT = Path(__file__).parents[2]
PLAYBOOKS = sorted(
    path
    for path in (ROOT / "playbooks").iterdir()
    if path.is_file() and path.stem != "flexplay" and not is_test_file(path.name)
)
SEQUENCE = "delivery:\n  sequence: conversation-first\n"


def _requests(
    flexplay: Callable[..., Any], playbook: Path, samples: list[dict[str, Any]], folder: Path
) -> list[dict[str, Any]]:
    rows = folder / "rows.jsonl"
    rows.write_text("".join(f"{json.dumps(sample)}\n" for sample in samples), "utf-8")
    recipients = ("-r", rows) if samples else ()
    ran = flexplay("run", playbook, *recipients, "--dry-run", "--format", "json")
    assert ran.code == 0, ran.out
    deliveries = json.loads(ran.out)["deliveries"]
    return [request for delivery in deliveries for request in delivery["requests"]]


def _samples(playbook: Path) -> list[dict[str, Any]]:
    document = load_file(str(playbook))
    assert isinstance(document, Document)
    plain: Any = to_plain(document.root)
    return list(plain.get("samples", ()))


def _departures(contract: Any, request: dict[str, Any]) -> set[Any]:
    url = urlsplit(request["url"])
    form = urlencode(request.get("form") or {})
    found: set[Any] = contract.departures(
        contract.Exchange(request["method"], url.path, url.query, form)
    )
    return found


@pytest.mark.parametrize("playbook", PLAYBOOKS, ids=lambda path: path.stem)
def test_the_requests_of_every_playbook(
    flexplay: Callable[..., Any], contract: Any, playbook: Path, tmp_path: Path
) -> None:
    """Paths, methods, fields, types and patterns, as the dry run shows them."""
    requests = _requests(flexplay, playbook, _samples(playbook), tmp_path)
    assert {request["method"] for request in requests} >= {"POST"}
    assert [request for request in requests if _departures(contract, request)] == []


def test_the_other_sequence(flexplay: Callable[..., Any], contract: Any, tmp_path: Path) -> None:
    """Conversation first: four POSTs instead of two."""
    playbook = tmp_path / "first.yaml"
    text = (ROOT / "playbooks" / "outbound-sms.yaml").read_text("utf-8")
    playbook.write_text(text + SEQUENCE, "utf-8")
    requests = _requests(flexplay, playbook, [], tmp_path)
    assert [request["method"] for request in requests].count("POST") == 4
    assert [request for request in requests if _departures(contract, request)] == []
