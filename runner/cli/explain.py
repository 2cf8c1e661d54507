"""`flexplay explain`: what a finding means and how to mend it, without a network."""

import click

from runner.model.errors import UsageFault


@click.command("explain")
@click.argument("code", required=False)
def command(code: str | None) -> int:
    """Print the page of a finding's CODE; without a CODE, the list of all.

    FP301, fp301 and 301 are the same.
    """
    from runner.rules.explanations import (  # noqa: PLC0415 - not for --help
        known_codes,
        page_title,
        read_page,
        similar_codes,
    )

    if code is None:
        for known in known_codes():
            click.echo(f"{known}  {page_title(known)}")
        click.echo("Read one: flexplay explain CODE", err=True)
        return 0
    wanted = code.upper() if code.upper().startswith("FP") else f"FP{code}"
    if wanted not in known_codes():
        meant = ", ".join(f"{known} ({page_title(known)})" for known in similar_codes(code))
        remedy = f"did you mean one of these? {meant}" if meant else "flexplay explain lists all"
        raise UsageFault(f'there is no finding "{code}"', remedy)
    click.echo(read_page(wanted), nl=False)
    return 0
