"""The identity under which a message is sent at most once."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from runner.model.delivery import delivery_id

# sha256 of the array, written by hand and digested outside Python:
# printf '["twilio","AC…","appointment-reminder","Ä-2291",1]' | sha256sum | cut -c -32
_KNOWN = "a6ef2c5c00aadda16f4bf382d7b8158c"
_ACCOUNT = "AC0123456789abcdef0123456789abcdef"


def test_a_known_delivery_has_its_known_id() -> None:
    """The id is the first 32 hexadecimal digits of SHA-256 over the compact JSON array."""
    assert delivery_id("twilio", _ACCOUNT, "appointment-reminder", "Ä-2291") == _KNOWN


def test_the_array_is_compact_utf8_json() -> None:
    """Quotes and backslashes are escaped, other languages' letters are not, nothing is spaced."""
    array = '["http://127.0.0.1:8080","AC1","n","say \\"да\\" \\\\",2]'
    expected = hashlib.sha256(array.encode()).hexdigest()[:32]
    assert delivery_id("http://127.0.0.1:8080", "AC1", "n", 'say "да" \\', 2) == expected


_PARTS = st.tuples(st.text(), st.text(), st.text(), st.text(), st.integers(1, 99))


@given(_PARTS, _PARTS)
def test_different_messages_have_different_ids(
    first: tuple[str, str, str, str, int], second: tuple[str, str, str, str, int]
) -> None:
    """No two of scope, account, playbook, key and attempt run into one another."""
    assert (delivery_id(*first) == delivery_id(*second)) == (first == second)


def test_half_a_character_has_an_id_too() -> None:
    """A key that is no valid text does not stop the identity from being computed."""
    assert len(delivery_id("twilio", "AC1", "n", "\ud800")) == 32
