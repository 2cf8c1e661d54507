import pytest

from runner.sandbox.expression import ExpressionError, parse_expression

ATTRIBUTES = {
    "flexplay": "0a1b",
    "age": 42,
    "vip": True,
    "skills": ["english", "tax"],
    "conversations": {"media": [{"sid": "CH1"}], "kind": "sms"},
    "zero": 0,
}


@pytest.mark.parametrize(
    "text",
    [
        'flexplay == "0a1b"',
        "flexplay == '0a1b'",
        "'0a1b' == flexplay",
        "flexplay != 'x'",
        "absent != 'x'",
        "absent == null",
        "age == 42.0 AND vip == true",
        "age > 41.5 and age < 43",
        "age >= 42 AND age <= 42",
        "skills HAS 'tax'",
        "skills CONTAINS 'tax'",
        "flexplay CONTAINS '1b'",
        "flexplay IN ['x', '0a1b']",
        "flexplay NOT IN ['x']",
        "flexplay NOT IN []",
        "'tax' IN skills",
        "conversations.kind == 'sms'",
        "conversations.media[0].sid == 'CH1'",
        "1 == 1",
        "vip == true OR vip == false AND 1 == 0",
        "((age == 42))",
    ],
)
def test_true_expressions(text: str) -> None:
    """Every operator of Twilio's page is understood."""
    assert parse_expression(text)(ATTRIBUTES)


@pytest.mark.parametrize(
    "text",
    [
        "flexplay == 'x'",
        "absent == 'x'",
        "absent < 1",
        "age == '42'",
        "vip == 1",
        "zero == false",
        "flexplay > 1",
        "skills HAS 'ta'",
        "flexplay HAS '0a1b'",
        "conversations.media[1].sid == 'CH1'",
        "(vip == true OR vip == false) AND 1 == 0",
        "flexplay NOT IN ['0a1b']",
    ],
)
def test_false_expressions(text: str) -> None:
    """What does not match does not match, and different types are never equal."""
    assert not parse_expression(text)(ATTRIBUTES)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "age",
        "age ==",
        "age == 42 AND",
        "(age == 42",
        "age == 42)",
        "age LIKE 42",
        "age NOT 42",
        "age == 'open",
        "a-b == 1",
        "a == 'x-y'",
        "AND == 1",
        "age IN [1",
        "age == #",
        "(" * 100 + "1 == 1" + ")" * 100,
    ],
)
def test_refused_expressions(text: str) -> None:
    """What is no expression is refused, hyphens included."""
    with pytest.raises(ExpressionError):
        parse_expression(text)
