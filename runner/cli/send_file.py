"""A send file in the place of a playbook and its options."""

from dataclasses import replace

from runner.cli.sending_choice import Options
from runner.model.send import Send
from runner.prepare import Wish
from runner.send_file import read_send


def take_send(wish: Wish, options: Options) -> tuple[Wish, Options]:
    """Return what the send file asks for, if the wish names one; else what is there.

    Raises:
        Findings: the send file has errors, or other recipients than it names are there.
        UsageFault: the command line says what the send file is there to say.
    """
    send, asked = read_send(wish)
    if send is None or send.most is None:
        return asked, options
    if options.expect is not None and options.expect <= send.most:
        return asked, options
    return asked, replace(options, expect=send.most, expect_said=f"max in {say_place(send, 'max')}")


def say_place(send: Send, name: str) -> str:
    """Return where the send file says this: `file:line`."""
    span = send.places[name]
    return f"{span.file}:{span.line}"
