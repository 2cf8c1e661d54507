"""What another machine needs, sealed."""

import pytest

from runner.journal.key import JournalKey
from runner.journal.seal import seal, unseal
from runner.model.errors import JournalRefused

KEY = JournalKey(b"k" * 32)


def test_what_is_sealed_can_be_opened() -> None:
    """With the key and as the same delivery's; twice sealed it looks different."""
    sealed = seal(KEY, "d1", b"Hi Ann")
    assert unseal(KEY, "d1", sealed) == b"Hi Ann"
    assert b"Ann" not in sealed
    assert seal(KEY, "d1", b"Hi Ann") != sealed


def test_anything_else_is_refused() -> None:
    """Another key, another delivery, a changed byte, or half of it."""
    sealed = seal(KEY, "d1", b"Hi Ann")
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])
    wrong = [(JournalKey(b"x" * 32), "d1", sealed), (KEY, "d2", sealed), (KEY, "d1", changed)]
    for key, delivery, text in [*wrong, (KEY, "d1", sealed[:5])]:
        with pytest.raises(JournalRefused, match="cannot be decrypted"):
            unseal(key, delivery, text)
