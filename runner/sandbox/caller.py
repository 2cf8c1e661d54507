"""A caller inside the process: the same requests as over a socket, without one.

What a socket would make of a fault, an exception does here; time passes by `wait`, which a test's
clock may be turned by.
"""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

from runner.sandbox.answers import JSON_TYPE, Answer, Fault
from runner.sandbox.app import answer
from runner.sandbox.call import FORM, Request
from runner.sandbox.state import World

Parameters = dict[str, str] | list[tuple[str, str]]
Wait = Callable[[float], None]


class CallFailed(Exception):
    """No answer came; whether the request was processed, the caller cannot know."""


class Disconnected(CallFailed):
    """The connection was closed, without an answer or in the middle of it."""


class ConnectionReset(CallFailed):
    """The connection was reset."""


class TimedOut(CallFailed):
    """No answer came within the caller's `timeout`."""


class Caller:
    """Calls a world as an account would; parameters are encoded as Twilio expects them.

    Args:
        world: what is called.
        user: an account or the SID of an API key.
        password: its token or secret.
        timeout: seconds to wait for an answer.
        wait: lets that many seconds pass; without it, time is none of the caller's business.
    """

    def __init__(
        self,
        world: World,
        user: str = "AC" + "0" * 32,
        password: str = "any",  # noqa: S107 - any will do
        *,
        timeout: float = 30.0,
        wait: Wait | None = None,
    ) -> None:
        self.world = world
        self._timeout = timeout
        self._wait = wait or _let_pass
        token = base64.b64encode(f"{user}:{password}".encode()).decode()
        self._headers = {"authorization": f"Basic {token}", "content-type": FORM}

    def get(self, path: str, parameters: Parameters | None = None) -> Answer:
        """GET with a query."""
        return self.send("GET", path, query=urlencode(parameters or {}, quote_via=quote))

    def post(self, path: str, form: Parameters | None = None) -> Answer:
        """POST with a form."""
        return self.send("POST", path, body=urlencode(form or {}).encode())

    def delete(self, path: str) -> Answer:
        """DELETE."""
        return self.send("DELETE", path)

    def control(self, path: str, wish: Any) -> Answer:
        """POST with JSON, for what stands below /_sandbox/."""
        body = json.dumps(wish).encode()
        headers = {**self._headers, "content-type": JSON_TYPE}
        return answer(self.world, Request("POST", path, "", headers, body))

    def send(self, method: str, path: str, query: str = "", body: bytes = b"") -> Answer:
        """Send a request whose parameters are encoded already.

        Raises:
            CallFailed: there is no answer, or only a part of one.
        """
        path, _, own_query = path.partition("?")
        request = Request(method, path, query or own_query, self._headers, body)
        answered = answer(self.world, request)
        if answered.fault is not None:
            self._suffer(answered.fault)
        return replace(answered, fault=None)

    def _suffer(self, fault: Fault) -> None:
        if fault.ending == "silence" or fault.delay > self._timeout:
            self._wait(self._timeout)
            raise TimedOut
        if fault.delay:
            self._wait(fault.delay)
        if fault.ending == "reset":
            raise ConnectionReset
        if fault.ending != "answered":
            raise Disconnected


def _let_pass(_: float) -> None:
    """Do not wait: the world's clock runs by itself."""
