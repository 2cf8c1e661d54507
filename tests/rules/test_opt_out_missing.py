"""FP601: every text says how to opt out, where the environment asks for it."""

from typing import Any

PROJECT = """environments:
  here:
    policy: { opt_out: [Reply STOP to opt out, Responda ALTO] }
  there: {}
"""


def test_one_of_the_phrases_is_enough(desk: Any) -> None:
    """Any phrase in any capitals will do."""
    desk.write(PROJECT, "flexplay.yaml")
    for text in ("Hi. reply stop TO OPT OUT.", "Hola. Responda ALTO."):
        desk.body(text)
        assert desk.find("FP601") == ()


def test_none_is_a_warning_that_shows_the_first(desk: Any) -> None:
    """The finding names the environment that asks, and the phrase to add."""
    desk.write(PROJECT, "flexplay.yaml")
    desk.body("Hi.")
    (found,) = desk.find("FP601")
    assert "as here asks" in found.message
    assert found.remedy == 'add "Reply STOP to opt out"'
    assert desk.marked(found.span) == "body"


def test_without_a_policy_nobody_asks(desk: Any) -> None:
    """No project file, no such demand."""
    desk.body("Hi.")
    assert desk.find("FP601") == ()
