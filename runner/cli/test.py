"""`flexplay test`: unit tests of playbooks."""

import click

from runner.cli.options import exclude_option, format_option, jobs_option
from runner.model.coverage import Coverage


@click.command("test")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@format_option("text", "json", "junit")
@click.option("--output", metavar="FILE", help="Write the results to a file instead.")
@exclude_option
@click.option(
    "--update",
    is_flag=True,
    help="Write what is rendered in the place of values that expected otherwise.",
)
@click.option("--allow-none", is_flag=True, help="Do not fail where there are no tests at all.")
@jobs_option
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
    jobs: int | None,
    min_coverage: float | None,
    *,
    update: bool,
    allow_none: bool,
    coverage: bool,
) -> int:
    """Run the tests of playbooks: NAME.test.yaml beside NAME.yaml.

    A folder stands for the tests below it, a playbook for those beside it; without a PATH, the
    current folder is searched.
    """
    from runner.cli.test_output import Tested, say_result, write_results  # noqa: PLC0415
    from runner.playbook_test.run_suites import (  # noqa: PLC0415 - not for --help
        measure_coverage,
        run_suites,
    )

    ran = run_suites(paths or (".",), exclude, jobs, update=update, allow_none=allow_none)
    wanted = coverage or min_coverage is not None or style == "json"
    measured = measure_coverage(ran) if wanted else Coverage()
    tested = Tested(ran, measured, output, min_coverage, show_missed=coverage, update=update)
    write_results(tested, style)
    say_result(tested, style)
    return int(tested.code)
