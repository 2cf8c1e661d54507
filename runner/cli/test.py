"""`flexplay test`: unit tests of playbooks."""

import click

_STYLES = ("text", "json", "junit")


@click.command("test")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option(
    "--format",
    "style",
    type=click.Choice(_STYLES),
    default=_STYLES[0],
    show_default=True,
    help="How to print the results.",
)
@click.option("--output", metavar="FILE", help="Write the results to a file instead.")
@click.option(
    "--exclude",
    multiple=True,
    metavar="GLOB",
    help="Leave out files and folders with such a path or name. May be given several times.",
)
@click.option(
    "--update",
    is_flag=True,
    help="Write what is rendered in the place of values that expected otherwise.",
)
@click.option("--coverage", is_flag=True, help="Show the template branches that no test takes.")
@click.option(
    "--min-coverage",
    type=click.FloatRange(0, 100),
    metavar="PERCENT",
    help="Fail if fewer of the template branches are taken.",
)
def command(  # noqa: PLR0913 - one parameter for each option
    paths: tuple[str, ...],
    style: str,
    output: str | None,
    exclude: tuple[str, ...],
    min_coverage: float | None,
    *,
    update: bool,
    coverage: bool,
) -> int:
    """Run the tests of playbooks: NAME.test.yaml beside NAME.yaml.

    A folder stands for the tests below it, a playbook for those beside it; without a PATH, the
    current folder is searched.
    """
    from runner.cli.test_output import Tested, say_result, write_results  # noqa: PLC0415
    from runner.playbook_test.run_suites import run_suites  # noqa: PLC0415 - not for --help

    ran = run_suites(paths or (".",), exclude, update=update)
    tested = Tested(ran, output, min_coverage, coverage=coverage, update=update)
    write_results(tested, style)
    say_result(tested, style)
    return int(tested.code)
