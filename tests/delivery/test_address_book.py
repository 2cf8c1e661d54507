"""Where requests go."""

from urllib.parse import parse_qsl

from hypothesis import given
from hypothesis import strategies as st

from runner.delivery.address_book import encode_form, make_url
from runner.model.exchange import Product, Request


def test_each_product_has_its_host() -> None:
    """Without a base URL, Twilio's own hosts are used."""
    urls = [make_url(Request("GET", product, "/v1/X"), None) for product in Product]
    assert urls == [
        "https://flex-api.twilio.com/v1/X",
        "https://conversations.twilio.com/v1/X",
        "https://taskrouter.twilio.com/v1/X",
    ]


def test_a_base_url_serves_all_products() -> None:
    """One origin takes Twilio's own paths."""
    request = Request("GET", Product.TASKROUTER, "/v1/X", query=(("Address", "whatsapp:+1311"),))
    assert make_url(request, "http://h:1/") == "http://h:1/v1/X?Address=whatsapp%3A%2B1311"


@given(st.lists(st.tuples(st.text(min_size=1), st.text()), max_size=5))
def test_a_form_survives_the_wire(fields: list[tuple[str, str]]) -> None:
    """Whatever the texts, the other side reads what we meant."""
    body = encode_form(tuple(fields)).decode("ascii")
    assert parse_qsl(body, keep_blank_values=True) == fields
