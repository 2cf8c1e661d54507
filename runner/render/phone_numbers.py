"""What Google's metadata know of telephone numbers: the one door to phonenumbers.

https://github.com/google/libphonenumber/blob/master/FAQ.md tells what "possible" (the length fits
the country) and "valid" (such numbers are given out there) mean. The metadata are years behind
some countries, so only an impossible number is an error.
"""

from functools import cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, ValidationResult

_REASONS = {
    ValidationResult.INVALID_COUNTRY_CODE: "no country has its code",
    ValidationResult.TOO_SHORT: "it is too short for its country",
    ValidationResult.TOO_LONG: "it is too long for its country",
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "its area code is missing",
}


def read_number(written: str, region: str) -> str:
    """Return the number in E.164 as it is dialled in the region; empty if it is none."""
    try:
        number = phonenumbers.parse(written, region or None)
    except NumberParseException:
        return ""
    return "" if number.extension else phonenumbers.format_number(number, PhoneNumberFormat.E164)


def why_impossible(number: str) -> str:
    """Return why nobody can have this number, which is in E.164; empty if somebody could."""
    code, national = _split(number)
    return _why(code, len(national)) if code else _why(0, 0)


def is_likely(number: str) -> bool:
    """Tell whether numbers like this one, which is in E.164, are given out in its country."""
    code, national = _split(number)
    return bool(code) and phonenumbers.is_valid_number(_make(code, national))


def country_of(number: str) -> str:
    """Return the country's code of a number that is in E.164, such as `+49`."""
    return f"+{_split(number)[0]}"


@cache
def _why(code: int, length: int) -> str:
    """Return the reason; nothing but the country and the length decides."""
    if not code:
        return _REASONS[ValidationResult.INVALID_COUNTRY_CODE]
    reason = phonenumbers.is_possible_number_with_reason(_make(code, "9" * length))
    return "" if reason == ValidationResult.IS_POSSIBLE else _REASONS.get(reason, _OTHER)


_OTHER = "its length does not fit its country"


def _split(number: str) -> tuple[int, str]:
    """Return the country's code, 0 if there is none, and the rest."""
    digits = number.removeprefix("+")
    for length in (1, 2, 3):
        code = int(digits[:length] or 0)
        if code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
            return code, digits[length:]
    return 0, digits


def _make(code: int, national: str) -> PhoneNumber:
    """Return the number as it is, its leading zeros included: it is dialled as it is."""
    zeros = len(national) - len(national.lstrip("0"))
    return PhoneNumber(
        country_code=code,
        national_number=int(national or 0),
        italian_leading_zero=zeros > 0,
        number_of_leading_zeros=zeros or None,
    )
