"""The account and its telephone numbers, in the form of the API of 2010.

https://www.twilio.com/docs/iam/api/account-resource
https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource
With `Settings.numbers` the account owns those; without, every number that is asked for, and each of
them has a SID once it was.
"""

from datetime import UTC, datetime
from email.utils import format_datetime

from runner.sandbox.answers import Answer, JsonObject, not_found
from runner.sandbox.call import Call
from runner.sandbox.paging import Paging, is_wanted, page_size
from runner.sandbox.state import named_sid

_SUFFIX = ".json"
_VERSION = "2010-04-01"
# What this number could be set to do, and is not.
_UNSET = (
    "address_sid",
    "bundle_sid",
    "emergency_address_sid",
    "identity_sid",
    "sms_application_sid",
    "sms_fallback_url",
    "sms_url",
    "status_callback",
    "trunk_sid",
    "voice_application_sid",
    "voice_fallback_url",
    "voice_url",
)
_METHODS = (
    "sms_fallback_method",
    "sms_method",
    "status_callback_method",
    "voice_fallback_method",
    "voice_method",
)
_FILTERS = {"FriendlyName": "friendly_name", "Origin": "origin", "Beta": "beta"}
_PAGING = Paging("incoming_phone_numbers", largest=1000)


def fetch_account(call: Call) -> Answer:
    """GET /2010-04-01/Accounts/{AC}.json: only the one that calls."""
    sid = _account(call)
    if not call.path[0].endswith(_SUFFIX):
        raise not_found(call.request.path)
    began = _date(call.world.began)
    uri = f"/{_VERSION}/Accounts/{sid}"
    shown = {
        "sid": sid,
        "owner_account_sid": sid,
        "friendly_name": "flexplay sandbox",
        "status": "active",
        "type": "Full",
        "auth_token": None,
        "date_created": began,
        "date_updated": began,
        "uri": f"{uri}{_SUFFIX}",
        "subresource_uris": {"incoming_phone_numbers": f"{uri}/IncomingPhoneNumbers{_SUFFIX}"},
    }
    return Answer(200, shown)


def list_phone_numbers(call: Call) -> Answer:
    """GET /2010-04-01/Accounts/{AC}/IncomingPhoneNumbers.json; PhoneNumber is a filter.

    Twilio's filter finds parts of numbers too; here it must be the whole one. There is one page.
    """
    sid = _account(call)
    asked = call.query.get("PhoneNumber")
    owned = call.world.settings.numbers or ((asked,) if asked else ())
    missing = call.world.settings.missing
    size = page_size(call, _PAGING)
    found = [n for n in owned if asked in {None, n} and n not in missing]
    numbers = (_number(call, sid, number) for number in found)
    listed = [number for number in numbers if is_wanted(call, number, _FILTERS)]
    call.world.records.numbers.update((named_sid("PN", number), number) for number in found)
    uri = f"/{_VERSION}/Accounts/{sid}/IncomingPhoneNumbers{_SUFFIX}"
    shown = {
        "incoming_phone_numbers": listed[:size],
        "page": 0,
        "page_size": size,
        "start": 0,
        "end": max(0, len(listed[:size]) - 1),
        "uri": uri,
        "first_page_uri": uri,
        "next_page_uri": None,
        "previous_page_uri": None,
    }
    return Answer(200, shown)


def fetch_phone_number(call: Call) -> Answer:
    """GET /2010-04-01/Accounts/{AC}/IncomingPhoneNumbers/{PN}.json."""
    account = _account(call)
    world = call.world
    numbers = {**world.records.numbers, **{named_sid("PN", n): n for n in world.settings.numbers}}
    number = numbers.get(call.path[1].removesuffix(_SUFFIX))
    if number is None or number in world.settings.missing or not call.path[1].endswith(_SUFFIX):
        raise not_found(call.request.path)
    return Answer(200, _number(call, account, number))


def _account(call: Call) -> str:
    sid = call.path[0].removesuffix(_SUFFIX)
    if sid != call.account_sid:
        raise not_found(f"/{_VERSION}/Accounts/{call.path[0]}")
    return sid


def _number(call: Call, account: str, number: str) -> JsonObject:
    sid = named_sid("PN", number)
    began = _date(call.world.began)
    return {
        "sid": sid,
        "account_sid": account,
        "phone_number": number,
        "friendly_name": number,
        "capabilities": {"sms": True, "mms": True, "voice": True, "fax": False},
        "status": "in-use",
        "type": "local",
        "origin": "twilio",
        "address_requirements": "none",
        "emergency_status": "Inactive",
        "emergency_address_status": "unregistered",
        "voice_receive_mode": "voice",
        "voice_caller_id_lookup": False,
        **dict.fromkeys(_UNSET),
        **dict.fromkeys(_METHODS, "POST"),
        "beta": False,
        "api_version": _VERSION,
        "date_created": began,
        "date_updated": began,
        "uri": f"/{_VERSION}/Accounts/{account}/IncomingPhoneNumbers/{sid}{_SUFFIX}",
    }


def _date(epoch: float) -> str:
    """A date as this API writes it: RFC 2822."""
    return format_datetime(datetime.fromtimestamp(int(epoch), UTC))
