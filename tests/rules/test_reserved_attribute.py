"""FP407: the attributes that Flex sets are left to Flex."""

from typing import Any

import pytest

from runner.rules.reserved_attribute import RESERVED

ROUTING = """routing:
  properties:
    workspace_sid: WS0123456789abcdef0123456789abcdef
    attributes:
      customerName: Ann
"""


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_each_is_refused_at_its_key(desk: Any, name: str) -> None:
    """The caret stands under the attribute's name."""
    desk.body("Hi", more=f"{ROUTING}      {name}: x\n")
    (found,) = desk.find("FP407")
    assert desk.marked(found.span) == name


def test_others_pass_and_so_do_the_messages_own(desk: Any) -> None:
    """Only the task's attributes are Flex's business."""
    desk.sms("  body: Hi\n  attributes: { direction: north }\n", more=ROUTING)
    assert desk.find("FP407") == ()
