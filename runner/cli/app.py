"""The commands by name. A command's module is imported when it is called, not before."""

import importlib

import click

# name: what `flexplay --help` says of it
COMMANDS = {
    "validate": "Check playbooks and render their samples.",
    "preview": "Show the messages as the customer will see them.",
    "test": "Run the tests of playbooks.",
    "diff": "Show how messages differ from those of another commit.",
    "run": "Send a playbook's message to its recipients.",
    "plan": "Say what would be sent to whom, and why not to the others.",
    "apply": "Send exactly what a plan says.",
    "review": "Say what merging a branch would send.",
    "resume": "Settle what is uncertain, then send what is pending or held.",
    "stop": "Stop a run, from any machine that shares the journal.",
    "status": "Show the runs, or one of them.",
    "why": "Show everything that is known of one recipient.",
    "suppress": "Keep the list of those who must not be messaged.",
    "journal": "Migrate, check or copy the journal.",
    "sandbox": "Start a local stand-in for Twilio Flex.",
    "explain": "Say what a finding means and how to mend it.",
    "schema": "Print a JSON Schema.",
}


class _LazyGroup(click.Group):
    """A group that knows its commands by name and imports only the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which a user meets them."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return the command."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"runner.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=_LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 done, 1 findings or failures, 2 usage, 3 changes, 4 refused, "
    "5 uncertain, 6 Twilio unreachable or credentials refused, 70 internal error, 130 interrupted.",
)
@click.version_option(package_name="flexplay", prog_name="flexplay")
def app() -> None:
    """Send outbound messages through Twilio Flex from declarative, reviewed playbooks."""
