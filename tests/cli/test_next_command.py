"""What to type next, exactly."""

import pytest

from runner.cli.next_command import Resumable, next_hints, quote_command, resume_command
from runner.model.outcome import STATES

_RUN = Resumable("7QM9KD")
_AGAIN = Resumable("7QM9KD", again="flexplay run x")
_RESUME = "flexplay resume 7QM9KD"
_STATUS = ("Delivered or not", "flexplay status 7QM9KD --refresh")
_ON_PURPOSE = "Still uncertain; look at Twilio, and to send one again on purpose"


def _counts(**given: int) -> dict[str, int]:
    return {**dict.fromkeys(STATES, 0), **given}


@pytest.mark.parametrize(
    ("run", "counts", "hints"),
    [
        (_RUN, _counts(), []),
        (_RUN, _counts(sent=1), [_STATUS]),
        (_RUN, _counts(already_sent=2, changed=1, suppressed=1), []),
        (_RUN, _counts(sent=1, held=1), [("Carry on", _RESUME), _STATUS]),
        (_RUN, _counts(uncertain=1), [("Carry on", _RESUME)]),
        (_RUN, _counts(pending=1, failed=1), [("Carry on", _RESUME)]),
        (_RUN, _counts(failed=1), [("Try the failed ones again", f"{_RESUME} --failed")]),
        (
            Resumable("7QM9KD", settled=True),
            _counts(uncertain=1),
            [(_ON_PURPOSE, f"{_RESUME} --resend KEY --reason TEXT")],
        ),
        (
            Resumable("7QM9KD", settled=True),
            _counts(uncertain=1, held=1),
            [("Carry on", _RESUME)],
        ),
        (
            Resumable("7QM9KD", again="flexplay run x"),
            _counts(held=1),
            [("Carry on", "flexplay run x")],
        ),
        (Resumable("7QM9KD", again="flexplay run x"), _counts(failed=1), []),
    ],
)  # fmt: skip
def test_the_hint_fits_what_is_left(
    run: Resumable, counts: dict[str, int], hints: list[tuple[str, str]]
) -> None:
    """What is open is carried on, what failed is tried again, what was sent is looked after."""
    assert list(next_hints(run, counts)) == hints


def test_everything_that_is_needed_is_there_and_quoted() -> None:
    """Copying and pasting it works, whatever the names are."""
    run = Resumable("7QM9KD", "my journal.db", "it's.csv", skip_rejected=True)
    assert resume_command(run, "--failed") == (
        "flexplay resume 7QM9KD --failed -r 'it'\"'\"'s.csv' --skip-rejected "
        "--journal 'my journal.db'"
    )
    assert quote_command("run", "a b", "$HOME", "") == "flexplay run 'a b' '$HOME' ''"
