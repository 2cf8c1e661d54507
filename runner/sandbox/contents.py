"""Content templates and what WhatsApp thinks of them.

https://www.twilio.com/docs/content/content-resources. Every `HX…` is there unless
`Settings.missing` names it, with the status in `Settings.approvals`, else approved.
"""

from runner.sandbox.answers import Answer, JsonObject, iso
from runner.sandbox.call import Call
from runner.sandbox.workspaces import existing


def fetch_content(call: Call) -> Answer:
    """GET /v1/Content/{HX}: one variable in one text."""
    sid = existing(call, 0, "HX")
    url = call.url(f"/v1/Content/{sid}")
    shown: JsonObject = {
        "sid": sid,
        "account_sid": call.account_sid,
        "friendly_name": f"template_{sid[-4:]}",
        "language": "en",
        "variables": {"1": "Ann"},
        "types": {"twilio/text": {"body": "Hello {{1}}"}},
        "date_created": iso(call.world.began),
        "date_updated": iso(call.world.began),
        "url": url,
        "links": {
            "approval_create": f"{url}/ApprovalRequests/whatsapp",
            "approval_fetch": f"{url}/ApprovalRequests",
        },
    }
    return Answer(200, shown)


def fetch_approval(call: Call) -> Answer:
    """GET /v1/Content/{HX}/ApprovalRequests."""
    sid = existing(call, 0, "HX")
    status = call.world.settings.approvals.get(sid, "approved")
    whatsapp = {
        "type": "whatsapp",
        "name": f"template_{sid[-4:]}",
        "category": "UTILITY",
        "content_type": "twilio/text",
        "status": status,
        "rejection_reason": "INVALID_FORMAT" if status == "rejected" else "",
        "allow_category_change": True,
    }
    shown = {
        "sid": sid,
        "account_sid": call.account_sid,
        "whatsapp": whatsapp,
        "url": call.url(f"/v1/Content/{sid}/ApprovalRequests"),
    }
    return Answer(200, shown)
