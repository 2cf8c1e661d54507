"""What stands beside an empty list: how to bring something into it."""

from runner.sandbox.inbox.markup import Html, tag
from runner.sandbox.inbox.visit import HELP, WRITE, Visit

_ZEROS = "0" * 32
_ACCOUNT = f"AC{_ZEROS}"


def welcome(visit: Visit) -> Html:
    """How to point flexplay, an SDK or curl at this sandbox."""
    origin = visit.request.origin
    return tag(
        "article",
        tag("h2", "Nothing has happened yet"),
        tag(
            "p",
            "This is a stand-in for Twilio Flex. Send something to it, and it is shown here as the "
            "customer would see it; nothing leaves this machine.",
        ),
        tag("h3", "With flexplay"),
        _code(
            f"export TWILIO_ACCOUNT_SID={_ACCOUNT} TWILIO_AUTH_TOKEN=any\n"
            f"flexplay run playbook.yaml -r people.csv --base-url {origin}"
        ),
        tag("h3", "With anything that speaks HTTP"),
        _code(
            f"curl -u {_ACCOUNT}:any {origin}/v1/Interactions \\\n"
            '  --data-urlencode \'Channel={"type":"sms","initiated_by":"agent",\n'
            '    "participants":[{"address":"+13115552368","proxy_address":"+19255551234"}]}\' \\\n'
            '  --data-urlencode \'Routing={"properties":{\n'
            f'    "workspace_sid":"WS{_ZEROS}",\n'
            f'    "queue_sid":"WQ{_ZEROS}",\n'
            f'    "worker_sid":"WK{_ZEROS}"}}}}\''
        ),
        tag("h3", "By hand"),
        tag(
            "p",
            tag("a", "Write as a customer", href=WRITE, class_="button is-first"),
            tag("a", "What can be done here", href=HELP, class_="button"),
            class_="row-of-buttons",
        ),
        class_="welcome prose",
    )


def _code(text: str) -> Html:
    return tag("pre", tag("code", text), tabindex=0, translate="no")
