"""Pages of a list, with Twilio's `meta` block.

https://www.twilio.com/docs/usage/twilios-response#response-formats-list-paging-information
The token names the last row served, not a position: what is added or taken away meanwhile makes no
row come twice or be left out. Links are on this stand-in's origin; `previous_page_url` is null.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar
from urllib.parse import quote_plus, urlencode

from runner.sandbox.answers import Answer, JsonObject, TwilioError, invalid
from runner.sandbox.call import Call

Row = TypeVar("Row")
# How a query writes what is yes or no.
_WORDS: Mapping[object, tuple[str, ...]] = {True: ("true", "1"), False: ("false", "0")}
_PAGING = ("Page", "PageSize", "PageToken")


@dataclass(frozen=True, slots=True)
class Paging:
    """How one list is paged: the name of its rows and the largest page."""

    key: str
    largest: int
    usual: int = 50
    descending: bool = False


def paged(
    call: Call,
    rows: Iterable[tuple[str, Row]],
    show: Callable[[Row], JsonObject],
    paging: Paging,
) -> Answer:
    """One page of `rows`, which are in order and each carry the text they are ordered by.

    No more of them are taken than the page needs.
    """
    size = page_size(call, paging)
    after = _page_token(call)
    if after is not None:
        rows = (row for row in rows if (row[0] < after if paging.descending else row[0] > after))
    found = list(islice(rows, size + 1))
    served = found[:size]
    following = served[-1][0] if len(found) > size else None
    meta = _meta(call, paging, size, following)
    return Answer(200, {paging.key: [show(row) for _, row in served], "meta": meta})


def is_wanted(call: Call, shown: JsonObject, filters: Mapping[str, str]) -> bool:
    """Whether what is shown has what the query asks for; `filters` name parameters and keys."""
    return all(
        asked is None or asked.lower() in _WORDS.get(shown[key], (str(shown[key]).lower(),))
        for name, key in filters.items()
        for asked in (call.query.get(name),)
    )


def page_size(call: Call, paging: Paging) -> int:
    """PageSize, or the usual one; https://www.twilio.com/docs/api/errors/20007 when too large."""
    text = call.query.get("PageSize")
    if text is None:
        return paging.usual
    size = natural(text, "PageSize")
    if size > paging.largest:
        raise TwilioError(400, 20007, f"Page size too large: the maximum is {paging.largest}")
    if size == 0:
        raise invalid("PageSize must be at least 1")
    return size


def natural(text: str, name: str) -> int:
    """A whole number that is not negative."""
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise invalid(f"{name} must be a whole number")
    return int(text)


def _page_token(call: Call) -> str | None:
    token = call.query.get("PageToken")
    if token is None:
        return None
    if not token.startswith("PT"):
        raise invalid("PageToken is not one that was handed out")
    return token[2:]


def _meta(call: Call, paging: Paging, size: int, following: str | None) -> JsonObject:
    page = natural(call.query.get("Page") or "0", "Page")
    token = call.query.get("PageToken")
    asked = [(name, value) for name, value in call.query.items() if name not in _PAGING]
    start = f"{call.url(call.request.path)}?{urlencode([*asked, ('PageSize', str(size))])}&Page="
    return {
        "page": page,
        "page_size": size,
        "first_page_url": f"{start}0",
        "previous_page_url": None,
        "url": f"{start}{page}" + (f"&PageToken={quote_plus(token)}" if token else ""),
        "next_page_url": following and f"{start}{page + 1}&PageToken=PT{quote_plus(following)}",
        "key": paging.key,
    }
