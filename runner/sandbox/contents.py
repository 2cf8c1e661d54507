"""Content templates and what WhatsApp thinks of them.

https://www.twilio.com/docs/content/content-resources. Every `HX…` is there unless
`Settings.missing` names it, with the status in `Settings.approvals`, else approved.
"""

from runner.sandbox.answers import Answer, JsonObject, iso
from runner.sandbox.call import Call
from runner.sandbox.paging import Paging, paged
from runner.sandbox.workspaces import existing

_PAGING = Paging("contents", largest=1000)


def list_contents(call: Call) -> Answer:
    """GET /v1/Content: those whose approval is in the settings; the others nobody can list."""
    return paged(call, _rows(call), lambda sid: _content(call, sid), _PAGING)


def list_contents_and_approvals(call: Call) -> Answer:
    """GET /v1/ContentAndApprovals."""
    return paged(call, _rows(call), lambda sid: _content_and_approval(call, sid), _PAGING)


def fetch_content(call: Call) -> Answer:
    """GET /v1/Content/{HX}."""
    return Answer(200, _content(call, existing(call, 0, "HX")))


def fetch_approval(call: Call) -> Answer:
    """GET /v1/Content/{HX}/ApprovalRequests."""
    sid = existing(call, 0, "HX")
    shown = {
        "sid": sid,
        "account_sid": call.account_sid,
        "whatsapp": {"type": "whatsapp", **_approval(call, sid)},
        "url": call.url(f"/v1/Content/{sid}/ApprovalRequests"),
    }
    return Answer(200, shown)


def _rows(call: Call) -> list[tuple[str, str]]:
    settings = call.world.settings
    return [(sid, sid) for sid in sorted(settings.approvals.keys() - settings.missing)]


def _content_and_approval(call: Call, sid: str) -> JsonObject:
    shown = _content(call, sid)
    del shown["links"], shown["url"]
    return {**shown, "approval_requests": _approval(call, sid)}


def _content(call: Call, sid: str) -> JsonObject:
    """One variable in one text."""
    url = call.url(f"/v1/Content/{sid}")
    return {
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


def _approval(call: Call, sid: str) -> JsonObject:
    status = call.world.settings.approvals.get(sid, "approved")
    return {
        "name": f"template_{sid[-4:]}",
        "category": "UTILITY",
        "content_type": "twilio/text",
        "status": status,
        "rejection_reason": "INVALID_FORMAT" if status == "rejected" else "",
        "allow_category_change": True,
    }
