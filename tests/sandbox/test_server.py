import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from subprocess import PIPE

import httpx
import pytest

from runner.sandbox.server import SandboxServer
from runner.sandbox.state import World
from runner.sandbox.values import Settings

AUTH = ("AC" + "0" * 32, "any")


def test_a_message_reaches_the_customer_over_a_socket(
    sms_form: Callable[..., dict[str, str]],
) -> None:
    """The two requests of the source document, sent as the document says."""
    with (
        SandboxServer(World(Settings(join_delay=0))) as server,
        httpx.Client(base_url=server.url, auth=AUTH) as client,
    ):
        created = client.post("/v1/Interactions", data=sms_form())
        assert created.status_code == 200
        attributes = json.loads(created.json()["routing"]["properties"]["attributes"])
        path = f"/v1/Conversations/{attributes['conversationSid']}"
        members = client.get(f"{path}/Participants").json()["participants"]
        posted = client.post(
            f"{path}/Messages", data={"Author": "agentname", "Body": "Hello world"}
        )
        assert posted.status_code == 201
        assert posted.headers["content-type"] == "application/json"
        assert posted.headers["twilio-request-id"].startswith("RQ")
        assert created.json()["url"].startswith(server.url)
        receipts = client.get(f"{path}/Messages/{posted.json()['sid']}/Receipts").json()
        [receipt] = receipts["delivery_receipts"]
        assert receipt["participant_sid"] == members[0]["sid"]
        assert len(server.world.requests) == 4


def test_links_can_be_followed() -> None:
    """next_page_url leads to this server."""
    with SandboxServer() as server, httpx.Client(auth=AUTH) as client:
        for _ in range(3):
            client.post(f"{server.url}/v1/Conversations")
        page = client.get(f"{server.url}/v1/Conversations", params={"PageSize": 2}).json()
        rest = client.get(page["meta"]["next_page_url"]).json()
        assert len(rest["conversations"]) == 1


def test_answers_without_a_body() -> None:
    """204 has no body and the connection lives on; 404 and 401 are JSON."""
    with SandboxServer() as server, httpx.Client(base_url=server.url) as client:
        assert client.get("/v1/Conversations").json()["code"] == 20003
        client.post("/v1/Conversations", data={"UniqueName": "a b"}, auth=AUTH)
        assert client.get("/v1/Conversations/a%20b", auth=AUTH).status_code == 200
        deleted = client.delete("/v1/Conversations/a%20b", auth=AUTH)
        assert (deleted.status_code, deleted.content) == (204, b"")
        assert client.get("/nothing").json()["code"] == 20404


def test_a_body_of_a_mebibyte_is_too_large() -> None:
    """413 rather than an endless read."""
    with SandboxServer() as server, httpx.Client(base_url=server.url, auth=AUTH) as client:
        big = client.post("/v1/Conversations", data={"FriendlyName": "x" * (1 << 20)})
        assert big.status_code == 413


def test_many_threads_at_once() -> None:
    """No request is lost or done twice under concurrency."""

    def create(number: int) -> int:
        with httpx.Client(base_url=server.url, auth=AUTH) as client:
            form = {"UniqueName": str(number % 20)}
            return client.post("/v1/Conversations", data=form).status_code

    with SandboxServer() as server, ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(create, range(40)))
    assert (statuses.count(201), statuses.count(409)) == (20, 20)
    assert len(server.world.records.conversations) == 20


def test_nothing_is_left_behind() -> None:
    """After the exit no thread runs and the port is free for the next."""
    before = set(threading.enumerate())
    with SandboxServer() as server:
        port = int(server.url.rpartition(":")[2])
        httpx.get(f"{server.url}/v1/Conversations")
    assert set(threading.enumerate()) == before
    with SandboxServer(port=port) as again:
        assert again.url == server.url


def test_a_taken_port_is_an_error() -> None:
    """Asking for a port that is in use raises at once."""
    with SandboxServer() as server:
        port = int(server.url.rpartition(":")[2])
        with pytest.raises(OSError, match="in use"), SandboxServer(port=port):
            pass


def test_other_machines_are_kept_out_unless_asked() -> None:
    """A host that is not loopback needs to be said aloud."""
    with pytest.raises(ValueError, match="other machines"), SandboxServer(host="0.0.0.0"):  # noqa: S104
        pass
    with SandboxServer(host="0.0.0.0", expose=True) as server:  # noqa: S104
        assert server.url.startswith("http://0.0.0.0:")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
def test_serving_in_the_foreground_announces_and_ends() -> None:
    """`serve` says its URL once it listens, and an interrupt ends it quietly."""
    script = (
        "from runner.sandbox.server import serve\n"
        "serve(0, announce=lambda url: print(url, flush=True))"
    )
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdout=PIPE, stderr=PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert httpx.get(f"{url}/_sandbox/ledger").status_code == 200
        process.send_signal(signal.SIGINT)
        rest, complaints = process.communicate()
    assert (process.returncode, rest, complaints) == (0, "", "")
