"""Where Twilio is: each product at its own host, or all of them below one origin."""

from urllib.parse import quote, urlencode

from runner.model.exchange import Fields, Request

TWILIO = "twilio"


def make_url(request: Request, base_url: str | None) -> str:
    """Return the request's whole address. A `+` in the query is written `%2B`, never a blank."""
    origin = base_url.rstrip("/") if base_url else f"https://{request.product}.twilio.com"
    query = f"?{urlencode(request.query, quote_via=quote)}" if request.query else ""
    return f"{origin}{request.path}{query}"


def encode_form(form: Fields) -> bytes:
    """Return the form as the body of a POST."""
    return urlencode(form).encode("ascii")
