"""`flexplay run`: send a playbook's message to its recipients, or rehearse it."""

from contextlib import ExitStack

import click

from runner.model.errors import UsageFault


def _pairs(_: click.Context, option: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """Return `k=v` options as a mapping."""
    pairs = [value.partition("=") for value in values]
    for name, equals, _value in pairs:
        if not equals or not name:
            raise click.BadParameter("write it as name=value", param=option)
    return {name: value for name, _, value in pairs}


@click.command("run")
@click.argument("playbook")
@click.option(
    "-r", "--recipients", metavar="FILE", help="The recipients: a CSV or JSON Lines file."
)
@click.option(
    "--set",
    "fields",
    multiple=True,
    metavar="FIELD=VALUE",
    callback=_pairs,
    help="Make one recipient of these fields, instead of a file.",
)
@click.option("--key", help="What the message is about, instead of the playbook's key.")
@click.option(
    "--var",
    "variables",
    multiple=True,
    metavar="NAME=VALUE",
    callback=_pairs,
    help="Set a variable, over the playbook's and the environment's.",
)
@click.option("--env", "environment", metavar="NAME", help="The environment of the project file.")
@click.option(
    "--dry-run", is_flag=True, help="Print the exact requests; open no socket, send nothing."
)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Send to the first N only.")
@click.option(
    "--skip-rejected", is_flag=True, help="Send the good rows although others are rejected."
)
@click.option("--yes", is_flag=True, help="Do not ask; needed without a terminal.")
@click.option(
    "--expect", type=click.IntRange(min=0), metavar="N", help="Refuse if there are more people."
)
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "jsonl"]),
    default="text",
    show_default=True,
    help="How to print what happened.",
)
@click.option(
    "--base-url",
    envvar="FLEXPLAY_BASE_URL",
    metavar="URL",
    help="One origin that serves Twilio's products, instead of Twilio.",
)
@click.option("--sandbox", is_flag=True, help="Send to a local stand-in, started for this command.")
def command(  # noqa: PLR0913 - one parameter for each option
    *,
    playbook: str,
    recipients: str | None,
    fields: dict[str, str],
    key: str | None,
    variables: dict[str, str],
    environment: str | None,
    dry_run: bool,
    limit: int | None,
    skip_rejected: bool,
    yes: bool,
    expect: int | None,
    style: str,
    base_url: str | None,
    sandbox: bool,
) -> int:
    """Send PLAYBOOK's message to its recipients.

    Everything is loaded, checked and rendered before the first request leaves.
    """
    from runner.cli.sending import Options, rehearse_wish, send_wish, start_sandbox  # noqa: PLC0415
    from runner.prepare import Wish  # noqa: PLC0415 - these import the stages: not for --help

    if sandbox and base_url:
        raise UsageFault("--sandbox and --base-url both say where to send", "give one of them")
    wish = Wish(playbook, recipients, fields, variables, environment, key)
    options = Options(style, limit, expect, yes or sandbox, skip_rejected, sandbox)
    with ExitStack() as stack:
        if dry_run:
            return rehearse_wish(wish, base_url, options)
        if sandbox:
            base_url = start_sandbox(stack)
        return send_wish(wish, base_url, options)
