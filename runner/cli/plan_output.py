"""How a plan is printed, one function for each `--format`, and its variables."""

import json
from collections.abc import Callable

import click

from runner.cli.report_output import page_colour
from runner.cli.run_output import print_json
from runner.model.exit_code import ExitCode
from runner.model.plan import Heading, Plan
from runner.report.plan_json import plan_document
from runner.report.plan_markdown import plan_markdown
from runner.report.plan_text import plan_text
from runner.report.visible import make_visible
from runner.variables import Variable


def _text(heading: Heading, plan: Plan, code: ExitCode) -> None:
    del code
    colour = page_colour(None)
    for line in plan_text(heading, plan, colour=colour):
        click.echo(line, color=True)  # whether to colour is decided already


def _markdown(heading: Heading, plan: Plan, code: ExitCode) -> None:
    del code
    for line in plan_markdown(heading, plan):
        click.echo(line)


def _json(heading: Heading, plan: Plan, code: ExitCode) -> None:
    print_json(plan_document(heading, plan, code))


PLAN_OUTPUTS: dict[str, Callable[[Heading, Plan, ExitCode], None]] = {
    "text": _text,
    "markdown": _markdown,
    "json": _json,
    "jsonl": _json,
}


def print_variables(variables: tuple[Variable, ...], style: str) -> None:
    """Print the variables: the value that counts, its place, and what it overrides."""
    if style == "json":
        print_json(
            {
                "variables": [
                    {
                        "name": variable.name,
                        "value": variable.origins[-1].value,
                        "place": variable.origins[-1].place,
                        "overrides": [
                            {"value": origin.value, "place": origin.place}
                            for origin in variable.origins[-2::-1]
                        ],
                    }
                    for variable in variables
                ]
            }
        )
        return
    width = max((len(variable.name) for variable in variables), default=0)
    for variable in variables:
        effective, *overridden = reversed(variable.origins)
        click.echo(f"{variable.name:<{width}}  {_value(effective.value)}   {effective.place}")
        for origin in overridden:
            click.echo(f"{'':<{width}}  instead of {_value(origin.value)}   {origin.place}")
    if not variables:
        click.echo("There are no variables.")


def _value(value: object) -> str:
    return make_visible(json.dumps(value, ensure_ascii=False, default=str))
