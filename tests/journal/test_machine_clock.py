"""The clock of a journal that one machine has to itself."""

from runner.journal.machine_clock import MachineClock


def test_setting_the_clock_does_not_move_the_journals() -> None:
    """Whoever sets the wall clock back or forth, only elapsed time counts."""
    wall, elapsed = [1000.0], [5.0]
    clock = MachineClock(lambda: wall[0], lambda: elapsed[0])
    assert clock.now() == 1000.0
    wall[0], elapsed[0] = -5000.0, 6.0
    assert clock.now() == 1001.0
    wall[0], elapsed[0] = 90000.0, 7.5
    assert clock.now() == 1002.5


def test_the_machines_clock_runs() -> None:
    """The real one tells seconds since 1970, and never less than before."""
    clock = MachineClock()
    first = clock.now()
    assert 1.7e9 < first <= clock.now()
