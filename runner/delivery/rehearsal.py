"""The dry run's transport: no socket, no credentials, every request written down.

It answers as Twilio would if all went well. What only Twilio could know is a placeholder: a
prefix and 32 zeros.
"""

import json
from typing import Any

from runner.model.exchange import Reply, Request

_ZEROS = "0" * 32
INTERACTION, CHANNEL = f"KD{_ZEROS}", f"UO{_ZEROS}"
CONVERSATION, TASK, MESSAGE = f"CH{_ZEROS}", f"WT{_ZEROS}", f"IM{_ZEROS}"
_PARTICIPANT = f"MB{_ZEROS}"
_CREATED = {
    "Conversations": CONVERSATION,
    "Participants": _PARTICIPANT,
    "Messages": MESSAGE,
}


class Rehearsal:
    """Records the requests of one delivery after another."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self._participants: list[dict[str, Any]] = []

    async def send(self, request: Request) -> Reply:
        """Write the request down and answer it."""
        self.requests.append(request)
        status, answer = self._answer(request)
        return Reply(status, json.dumps(answer).encode(), 0.0)

    async def close(self) -> None:
        """Do nothing: there is no connection."""

    def take(self) -> tuple[Request, ...]:
        """Return the requests since the last call, and forget them."""
        taken = tuple(self.requests)
        self.requests.clear()
        return taken

    def _answer(self, request: Request) -> tuple[int, dict[str, Any]]:
        if request.path == "/v1/Interactions":
            channel = json.loads(dict(request.form)["Channel"])
            self._participants = channel.get("participants", [])
            return 200, _interaction()
        created = _CREATED.get(request.path.rpartition("/")[2])
        if request.method == "POST" and created:
            return 201, {"sid": created}
        if request.path.endswith("/Participants"):
            return 200, {"participants": [_joined(given) for given in self._participants]}
        if request.path == "/v1/ParticipantConversations":
            return 200, {"conversations": [], "meta": {"next_page_url": None}}
        return 200, {}


def assumed_in(requests: tuple[Request, ...]) -> tuple[str, ...]:
    """Return the placeholders that stand in the requests where Twilio's SIDs will be."""
    known = (INTERACTION, CHANNEL, CONVERSATION, TASK, MESSAGE)
    return tuple(sid for sid in known if any(sid in request.path for request in requests))


def _interaction() -> dict[str, Any]:
    attributes = json.dumps({"conversationSid": CONVERSATION})
    return {
        "sid": INTERACTION,
        "channel": {"sid": CHANNEL},
        "routing": {"properties": {"sid": TASK, "attributes": attributes}},
    }


def _joined(given: dict[str, Any]) -> dict[str, Any]:
    if "identity" in given:
        return {"identity": given["identity"]}
    return {"messaging_binding": given}
