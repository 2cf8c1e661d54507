"""What Twilio's codes mean to whoever looks at a message: https://www.twilio.com/docs/api/errors."""

from runner.sandbox.inbox.markup import Html, join, tag

MEANINGS = {
    21610: "The customer has opted out of messages from this sender (they wrote STOP). "
    "They must write START before anything can reach them again.",
    30003: "The telephone is switched off or out of reach.",
    30004: "The number does not take messages, or blocks this sender.",
    30005: "The carrier does not know the number; it may no longer exist.",
    30006: "The number is a landline, or its carrier takes no SMS.",
    30007: "A carrier filtered the message: it looked like spam to them.",
    30008: "The carrier gave no reason.",
    30034: "The sender is not registered for A2P 10DLC in the United States.",
    63003: "WhatsApp does not know the address.",
    63016: "Free text to WhatsApp is only allowed within 24 hours of the customer's last message. "
    "Use an approved content template, or wait until they write.",
    63024: "WhatsApp cannot deliver to this recipient.",
    63032: "WhatsApp limits what this customer gets from businesses.",
    80102: "The customer is a participant of another open conversation with the same sender, so "
    "they were not added to this one. Messages here reach nobody.",
    80906: "The interaction was over already; closing it again changed nothing.",
    45353: "The conversation belongs to another interaction already; this one was dropped.",
    45354: "The conversation is closed; nothing can be added to it.",
    45376: "The conversation was closed or not there when the customer was to be added.",
}
# What may keep everything from a customer's device, by channel type.
OBSTACLES = {"sms": (30003, 30004, 30005, 30006, 30007, 30008), "whatsapp": (63003, 63024, 63032)}


def meaning(code: int) -> Html | None:
    """What a code means and where Twilio explains it; None for a code that is not in the table."""
    words = MEANINGS.get(code)
    if words is None:
        return None
    url = f"https://www.twilio.com/docs/api/errors/{code}"
    link = tag("a", f"Twilio on {code}", href=url, rel="noreferrer noopener", target="_blank")
    return join(words, " ", link)
