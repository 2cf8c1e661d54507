from dataclasses import replace

from runner.model.channel import CHANNELS
from runner.model.delivery import Customer, Delivery
from runner.model.message import message_of, outline_of
from runner.model.place import Span

_DELIVERY = Delivery(
    id="0a" * 16,
    key="A-1",
    place=Span("rows.csv", 2, 1, 2, 1),
    channel=CHANNELS["sms"],
    customer=Customer(),
    interaction=(),
    message=(("Author", "Clinic"), ("Body", "Hi Ann")),
)


def test_the_text_of_a_message_is_its_body() -> None:
    """As it is posted."""
    assert message_of(_DELIVERY).text == "Hi Ann"
    assert message_of(_DELIVERY).author == "Clinic"


def test_a_template_of_twilios_is_told_by_its_sid_and_values() -> None:
    """What else it says, only Twilio knows."""
    form = (("ContentSid", "HX1"), ("ContentVariables", '{"1":"Ann","2":"9:30"}'))
    assert message_of(replace(_DELIVERY, message=form)).text == "HX1 (1=Ann, 2=9:30)"
    assert message_of(replace(_DELIVERY, message=form[:1])).text == "HX1"


def test_the_outline_is_another_message() -> None:
    """It has what the message has, without values; without an outline there is nothing in it."""
    outlined = replace(_DELIVERY, outline=(("Author", "Clinic"), ("Body", "Hi ‹name›")))
    assert outline_of(outlined).text == "Hi ‹name›"
    assert outline_of(_DELIVERY).text == ""
