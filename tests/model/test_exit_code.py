"""What the process says to the shell."""

from runner.model.exit_code import ExitCode, gravest


def test_the_gravest_code_wins() -> None:
    """The documented order is 70, 130, 5, 6, 4, (2,) 1, 3, 0."""
    order = [70, 130, 5, 6, 4, 2, 1, 3, 0]
    for index, code in enumerate(order):
        assert gravest(*map(ExitCode, reversed(order[index:]))) == code
    assert sorted(order) == sorted(ExitCode)


def test_nothing_to_say_is_done() -> None:
    """Without any code, the process did what it should."""
    assert gravest() is ExitCode.DONE
