"""FP321: nobody writes to themselves."""

from typing import Any

import pytest

SIDES = '  - address: "{0}+13115552368"\n    proxy_address: "{0}+19255551234"\n'


@pytest.mark.parametrize(
    ("author", "count"),
    [
        ("+13115552368", 1),
        ("+1 311-555-2368", 1),
        ("{{ recipient.phone }}", 1),
        ("+19255551234", 0),
        ("Clinic", 0),
    ],
)
def test_the_authors_address_is_compared_as_rendered(desk: Any, author: str, count: int) -> None:
    """The same number written otherwise is the same person."""
    desk.sms(f'  author: "{author}"\n  body: Hello\n')
    found = desk.find("FP321")
    assert [desk.marked(each.span) for each in found] == [f'"{author}"'] * count


def test_an_identity_is_compared_too(desk: Any) -> None:
    """Chat knows the customer by identity."""
    desk.one("{ type: chat }", "  - identity: ann\n", "  author: Ann\n  body: Hello\n")
    assert len(desk.find("FP321")) == 1
