"""`flexplay schema`: the JSON Schemas, for editors and for whoever reads our output."""

import click

from runner.model.errors import UsageFault


@click.command("schema")
@click.argument("name", required=False)
def command(name: str | None) -> int:
    """Print a JSON Schema; without a NAME, the names that there are."""
    from runner.schema.store import schema_names, schema_text  # noqa: PLC0415 - not for --help

    names = schema_names()
    if name is None:
        click.echo("\n".join(names))
    elif name in names:
        click.echo(schema_text(name), nl=False)
    else:
        raise UsageFault(f'there is no schema "{name}"', f"there is: {', '.join(names)}")
    return 0
