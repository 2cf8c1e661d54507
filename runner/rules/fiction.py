"""Telephone numbers and domains that belong to nobody, so that examples may show them.

Numbers: what national regulators keep for films and books, and what cannot be a number at all.
North America: https://www.nanpa.com/numbering/555-line-numbers
United Kingdom: https://www.ofcom.org.uk/phones-and-broadband/phone-numbers/numbers-for-drama
Australia: https://www.acma.gov.au/phone-numbers-use-tv-shows-films-and-creative-works
France: ARCEP, decision 2018-0881. Germany: Bundesnetzagentur, Mitteilung 148/2021.
Ireland: ComReg, National Numbering Conventions. Sweden: PTS, numbers for books and films.
Domains: https://www.rfc-editor.org/rfc/rfc2606 and https://www.rfc-editor.org/rfc/rfc6761
"""

import re

_NORTH_AMERICA = (
    r"1555\d*",  # no area has this code
    r"1\d{3}555\d*",  # the exchange of films; wider than 555-0100 to 0199, as it is used
    r"1[01]\d*",  # no area code begins with 0 or 1
    r"1\d11\d*",  # nor is one a service such as 911
    r"1\d{3}[01]\d*",  # the same of exchanges
    r"1\d{4}11\d*",
    r"1(?!\d{10}$)\d*",  # ten digits follow the 1
)
_UNITED_KINGDOM = (
    r"441(?:1[3-8]|[2-6]1)4960\d{3}",
    r"442079460\d{3}",
    r"441914980\d{3}",
    r"442896496\d{3}",
    r"442920180\d{3}",
    r"441632960\d{3}",
    r"447700900\d{3}",
    r"448081570\d{3}",
    r"449098790\d{3}",
    r"443069990\d{3}",
)
_AUSTRALIA = (
    r"61[2378](?:5550|7010)\d{4}",
    r"61491570\d{3}",
    r"611800(?:160401|9757\d{2})",
    r"6113009757\d{2}",
)
_EUROPE = (
    r"33(?:19900|26191|35301|46571|53649|63998)\d{4}",
    r"49(?:3023125|6990009|4066969|2214710|8999998)\d{3}",
    r"49(?:17139200|176040690)\d{2}",
    r"3532091\d{5}",
    r"46(?:3139006|406280[4]|846500[4]|7017406)\d{2}",
    r"469803192\d{2}",
)
_ROUND = (r"\d{1,6}0{7,}",)
_NOBODY = re.compile("|".join((*_NORTH_AMERICA, *_UNITED_KINGDOM, *_AUSTRALIA, *_EUROPE, *_ROUND)))
_RESERVED_DOMAIN = re.compile(
    r"(?:.+\.)?(?:example\.(?:com|org|net)|example|test|invalid|localhost)", re.IGNORECASE
)


def is_fictitious_number(number: str) -> bool:
    """Tell whether nobody can have this number; it begins with the country's code."""
    digits = re.sub(r"\D", "", number)
    return _NOBODY.fullmatch(digits) is not None


def is_reserved_domain(domain: str) -> bool:
    """Tell whether the domain is kept for documentation and tests."""
    return _RESERVED_DOMAIN.fullmatch(domain) is not None
