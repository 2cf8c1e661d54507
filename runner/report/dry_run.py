"""The dry run: the exact requests, as text and as data (`schemas/dry-run.schema.json`)."""

import json
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from typing import Any

from runner.delivery.address_book import make_url
from runner.model.exchange import Request
from runner.model.rehearsed import Rehearsed
from runner.report.run_report import place_text

_FORM_TYPE = "application/x-www-form-urlencoded"


def rehearsed_object(rehearsed: Rehearsed, base_url: str | None) -> dict[str, Any]:
    """Return a delivery with its requests; `form` holds the exact strings that would be sent."""
    return {
        "key": rehearsed.delivery.key,
        "row": place_text(rehearsed.delivery.place),
        "id": rehearsed.delivery.id,
        "requests": [_request_object(request, base_url) for request in rehearsed.requests],
        "assumed": list(rehearsed.assumed),
    }


def _request_object(request: Request, base_url: str | None) -> dict[str, Any]:
    return {
        "method": request.method,
        "url": make_url(request, base_url),
        "headers": {"Content-Type": _FORM_TYPE} if request.method == "POST" else {},
        "form": dict(request.form),
    }


def rehearsed_text(
    rehearsed: Rehearsed, number: int, total: int, base_url: str | None
) -> Iterator[str]:
    """Yield the lines that show a delivery's requests, the JSON inside laid out."""
    delivery = rehearsed.delivery
    yield f"{number:,} of {total:,}  key {delivery.key}  {place_text(delivery.place)}"
    yield from requests_text(rehearsed.requests, rehearsed.assumed, base_url)
    yield ""


def requests_text(
    requests: Iterable[Request], assumed: Collection[str], base_url: str | None
) -> Iterator[str]:
    """Yield the lines that show requests; `assumed` are placeholders of what only Twilio knows."""
    for request in requests:
        here = [sid for sid in assumed if sid in request.path]
        note = f"   ({', '.join(f'{sid[:2]}…' for sid in here)} assumed)" if here else ""
        yield f"{request.method:<4} {make_url(request, base_url)}{note}"
        yield from _form_text(request)


def _form_text(request: Request) -> Iterator[str]:
    width = max((len(name) for name, _ in request.form), default=0)
    for name, value in request.form:
        first, *rest = _lay_out(value)
        yield f"  {name:<{width}}  {first}"
        for line in rest:
            yield f"  {'':<{width}}  {line}"


def _lay_out(value: str) -> list[str]:
    """Return the value's lines; a JSON object is indented."""
    with suppress(ValueError):
        if value.startswith("{"):
            value = json.dumps(json.loads(value), ensure_ascii=False, indent=2)
    return value.split("\n")
