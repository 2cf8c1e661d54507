# ruff: noqa: INP001, T201 - a script, which prints
"""How fast the sandbox is: ratios of one run on one machine, never against a clock.

    python benchmarks/sandbox.py [--seconds N] [--connections N]

The measure is a bare uvicorn application that says hello, with the same protocol and asked by the
same client: what the sandbox takes beyond it is its own. Each server is a process of its own. The
last line is the time from starting `flexplay sandbox` to its first answer, against a Python that
starts and does nothing.
"""

import argparse
import asyncio
import base64
import json
import multiprocessing
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Awaitable, Callable
from multiprocessing.connection import Connection
from urllib.parse import urlencode

import uvicorn

from runner.sandbox.server import SandboxServer
from runner.sandbox.state import World
from runner.sandbox.values import Settings

ROUNDS = 5
CREDENTIALS = base64.b64encode(b"AC" + b"0" * 32 + b":any").decode()
HEX = "0123456789abcdef" * 2
SENDER = "+19255551234"
ROUTING = {
    "properties": {
        "workspace_sid": f"WS{HEX}",
        "workflow_sid": f"WW{HEX}",
        "queue_sid": f"WQ{HEX}",
        "worker_sid": f"WK{HEX}",
        "attributes": {"customerName": "Ann", "flexplay": HEX},
    }
}
Make = Callable[[int], bytes]
Send = Callable[[dict[str, object]], Awaitable[None]]


def request(method: str, path: str, form: dict[str, str] | None = None) -> bytes:
    """One request as it goes over the wire."""
    body = urlencode(form or {}).encode()
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic {CREDENTIALS}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def create_interaction(number: int) -> bytes:
    """An interaction with a customer of its own."""
    address = f"+1311{number:07d}"
    channel = {
        "type": "sms",
        "initiated_by": "agent",
        "participants": [{"address": address, "proxy_address": SENDER}],
    }
    form = {"Channel": json.dumps(channel), "Routing": json.dumps(ROUTING)}
    return request("POST", "/v1/Interactions", form)


def create_message(number: int) -> bytes:
    """A message in one of a thousand conversations."""
    form = {"Author": "Clinic", "Body": "See you at 9:30", "Attributes": '{"flexplay":"0a"}'}
    return request("POST", f"/v1/Conversations/c{number % 1000}/Messages", form)


CASES: dict[str, Make] = {
    "hello": lambda _: request("GET", "/"),
    "create interaction": create_interaction,
    "create message": create_message,
    "list participants": lambda n: request("GET", f"/v1/Conversations/c{n % 1000}/Participants"),
    "find conversations": lambda n: request(
        "GET", f"/v1/ParticipantConversations?Address=%2B1312{n % 1000:07d}"
    ),
}


async def hello(scope: dict[str, object], receive: object, send: Send) -> None:
    """Answer everything."""
    del scope, receive
    headers = [(b"content-type", b"text/plain"), (b"content-length", b"5")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"hello"})


def serve_hello(told: Connection) -> None:
    """Serve the bare application, and tell the port."""
    # The protocol is named because asyncio turns Nagle's delay off only where it is.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    told.send(listening.getsockname()[1])
    config = uvicorn.Config(hello, log_config=None, access_log=False, lifespan="off")
    uvicorn.Server(config).run(sockets=[listening])


def serve_sandbox(told: Connection) -> None:
    """Serve a sandbox with a thousand conversations, and tell the port."""
    with SandboxServer(World(Settings(join_delay=0))) as server:
        told.send(int(server.url.rpartition(":")[2]))
        told.recv()


async def ask(port: int, connections: int, seconds: float, make: Make, turn: int) -> float:
    """Return the answers in a second over so many connections; each turn asks anew."""
    end = time.perf_counter() + seconds
    done, first = 0, turn * 1_000_000

    async def keep_asking() -> None:
        nonlocal done
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while time.perf_counter() < end:
            done += 1
            await exchange(reader, writer, make(first + done))
        writer.close()

    begin = time.perf_counter()
    await asyncio.gather(*(keep_asking() for _ in range(connections)))
    return done / (time.perf_counter() - begin)


async def exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, data: bytes) -> None:
    """Send one request and read the whole answer."""
    writer.write(data)
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n", 1)[0])
    await reader.readexactly(length)
    if not head.startswith(b"HTTP/1.1 20"):
        raise SystemExit(f"unexpected answer: {head.decode()}")


async def furnish(port: int) -> None:
    """Make the thousand conversations, each with its customer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for number in range(1000):
        name = f"c{number}"
        await exchange(reader, writer, request("POST", "/v1/Conversations", {"UniqueName": name}))
        binding = {
            "MessagingBinding.Address": f"+1312{number:07d}",
            "MessagingBinding.ProxyAddress": SENDER,
        }
        path = f"/v1/Conversations/{name}/Participants"
        await exchange(reader, writer, request("POST", path, binding))
    writer.close()


def compare(seconds: float, connections: int) -> None:
    """Measure the cases by turns; print each with its ratio to hello."""
    context = multiprocessing.get_context("spawn")
    ports = {}
    processes = []
    for name, serve in (("hello", serve_hello), ("sandbox", serve_sandbox)):
        ours, theirs = context.Pipe()
        process = context.Process(target=serve, args=(theirs,), daemon=True)
        process.start()
        processes.append((process, ours))
        ports[name] = ours.recv()
    asyncio.run(furnish(ports["sandbox"]))
    rates: dict[str, list[float]] = {name: [] for name in CASES}
    for turn in range(ROUNDS):
        for name, make in CASES.items():
            port = ports.get(name, ports["sandbox"])
            rates[name].append(asyncio.run(ask(port, connections, seconds, make, turn)))
    for name, measured_rates in rates.items():
        ratios = [one / base for one, base in zip(measured_rates, rates["hello"], strict=True)]
        middle, rate = statistics.median(ratios), statistics.median(measured_rates)
        print(f"{name:20} {middle:5.2f} x hello   {rate:8.0f}/s here")
    for process, _ in processes:
        process.terminate()


def started(*command: str, asked: bool) -> float:
    """Return the seconds until a command has answered once, or has ended."""
    begin = time.perf_counter()
    arguments = [sys.executable, *command]
    with subprocess.Popen(  # noqa: S603 - our own
        arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        if asked and process.stdout:
            url = process.stdout.readline().strip()
            urllib.request.urlopen(f"{url}/_sandbox/faults").read()  # noqa: S310 - our own
            taken = time.perf_counter() - begin
            process.terminate()
            return taken
    return time.perf_counter() - begin


def compare_starts() -> None:
    """Print how long the sandbox takes to be there."""
    pairs = [
        (started("-m", "runner", "sandbox", asked=True), started("-c", "pass", asked=False))
        for _ in range(ROUNDS)
    ]
    ratio = statistics.median(one / other for one, other in pairs)
    taken = statistics.median(one for one, _ in pairs)
    print(f"{'first answer':20} {ratio:5.1f} x python   {taken:8.2f} s here")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="How fast the sandbox is.")
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--connections", type=int, default=16)
    options = parser.parse_args()
    compare(options.seconds, options.connections)
    compare_starts()


if __name__ == "__main__":
    main()
