"""`flexplay sandbox`: a local stand-in for Twilio Flex."""

import json
import os
import random
import secrets
from functools import partial
from typing import Any

import click

from runner.model.errors import UsageFault

_LOOPBACK = "127.0.0.1"


@click.command("sandbox")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    metavar="N",
    help="The port to listen on; any free one unless given.",
)
@click.option(
    "--host",
    default=_LOOPBACK,
    show_default=True,
    help="The address to listen on; one that other machines reach needs the token it prints.",
)
@click.option("--seed", type=int, metavar="N", help="Make SIDs and chance the same every time.")
@click.option("--faults", metavar="FILE", help="What shall go wrong: rules in YAML, TOML or JSON.")
@click.option("--chaos", is_flag=True, help="A ready mixture of faults and late evidence.")
@click.option(
    "--fault",
    "own",
    multiple=True,
    metavar="RULE",
    help="One rule: 'lose_after on=create_message every=10'. Repeatable; asked before the others.",
)
@click.option("--limits", is_flag=True, help="Answer 429 above the rates that Twilio documents.")
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How it says that it listens: json is one line, for programs.",
)
def command(  # noqa: PLR0913 - options
    *,
    port: int,
    host: str,
    seed: int | None,
    faults: str | None,
    chaos: bool,
    own: tuple[str, ...],
    limits: bool,
    style: str,
) -> int:
    """Serve Twilio's paths on this machine until interrupted.

    The URL is printed once it listens; give it to --base-url or FLEXPLAY_BASE_URL, or open it in a
    browser: it shows what customers and agents see. What it emulates and what not, its faults, and
    how Twilio's own libraries are pointed at it: docs/sandbox.md.
    """
    if faults and chaos:
        raise UsageFault("--faults and --chaos both say what goes wrong", "give one of them")
    try:
        from runner.sandbox.access import is_loopback  # noqa: PLC0415 - not for --help
        from runner.sandbox.server import serve  # noqa: PLC0415 - an extra
    except ImportError as error:
        remedy = "install it: pip install 'flexplay[sandbox]'"
        raise UsageFault("the sandbox is not installed", remedy) from error
    world = _make_world(seed, faults, own, chaos=chaos, limits=limits)
    token = "" if is_loopback(host) else secrets.token_urlsafe()
    try:
        announce = partial(_announce if style == "text" else _announce_as_json, token)
        serve(port, announce=announce, world=world, host=host, token=token)
    except (OSError, UnicodeError) as error:
        reason = str(getattr(error, "strerror", None) or error).lower()
        why = f"{host}, port {port} cannot be used: {reason}"
        raise UsageFault(why, "choose another --port or --host") from error
    return 0


def _announce(token: str, url: str) -> None:
    """Say where it is: the URL for programs, and for people the inbox that goes with it."""
    if token:
        click.echo(f"/_sandbox/ needs the header X-Sandbox-Token: {token}", err=True)
    click.echo(f"The inbox, in a browser: {_inbox(token, url)}", err=True)
    click.echo(url)


def _announce_as_json(token: str, url: str) -> None:
    told = {
        "url": url,
        "port": int(url.rpartition(":")[2]),
        "pid": os.getpid(),
        "token": token or None,
        "inbox": _inbox(token, url),
    }
    click.echo(json.dumps(told))


def _inbox(token: str, url: str) -> str:
    return f"{url}/inbox/enter?token={token}" if token else f"{url}/"


def _make_world(
    seed: int | None, faults: str | None, own: tuple[str, ...], *, chaos: bool, limits: bool
) -> Any:
    """Return a world with these faults and limits.

    Raises:
        Findings: the file of faults has any.
        UsageFault: a rule on the command line makes no sense.
    """
    from runner.cli.sandbox_faults import load_faults, with_own_rules  # noqa: PLC0415
    from runner.sandbox.chaos import CHAOS  # noqa: PLC0415 - not for --help
    from runner.sandbox.control import read_faults  # noqa: PLC0415 - not for --help
    from runner.sandbox.fault_reading import Plan  # noqa: PLC0415 - not for --help
    from runner.sandbox.state import World  # noqa: PLC0415 - not for --help
    from runner.sandbox.values import TWILIOS_LIMITS, Settings  # noqa: PLC0415 - not for --help

    plan = read_faults(CHAOS) if chaos else load_faults(faults) if faults else Plan()
    chance = None if seed is None else random.Random(seed)  # noqa: S311 - names
    world = World(TWILIOS_LIMITS if limits else Settings(), chance=chance)
    world.bring_faults(with_own_rules(own, plan))
    return world
