"""Filters, tests, methods and functions that ask a `Meter` before they do anything large."""

from collections.abc import Callable, Iterator
from functools import partial, wraps
from typing import Any, cast

from jinja2 import Environment
from jinja2.runtime import Context
from jinja2.utils import Namespace, pass_context

from runner.render.bounds import COUNT, IN, JOIN, READ, SHOW, SPEND, WEIGH
from runner.render.growth import FILTERS, METHODS, OWNERS, check_growth, format_filter
from runner.render.meter import CONTAINERS, LONGEST_TEXT, Meter, TooMuch, TooMuchText

LARGEST_RANGE = 10_000

# These neither copy nor look through what they are given.
_FREE_FILTERS = frozenset(
    {"abs", "attr", "count", "d", "default", "first", "items", "last", "length", "safe"}
)
# These read their input one by one, when something else asks for the results.
_LAZY_FILTERS = frozenset({"batch", "map", "reject", "rejectattr", "select", "selectattr", "slice"})
_SIGNS = ("==", "!=", "<", "<=", ">", ">=", "eq", "ne", "lt", "le", "gt", "ge")
_COMPARING_TESTS = frozenset({*_SIGNS, "equalto", "lessthan", "greaterthan", "in"})


class QuietNamespace(Namespace):
    """Jinja's namespace that does not print what it holds, which may hold it in turn."""

    def __repr__(self) -> str:
        return "<namespace>"


def install(environment: Environment, meter: Meter) -> None:
    """Give the environment the hidden filters, and filters and tests that ask the meter."""
    for name, given in list(environment.filters.items()):
        if name not in _FREE_FILTERS:
            environment.filters[name] = _bound_filter(name, given, meter)
    for name in _COMPARING_TESTS & environment.tests.keys():
        given = cast("Callable[..., bool]", environment.tests[name])
        environment.tests[name] = _bound_test(given, meter)
    environment.filters |= {
        COUNT: meter.count,
        WEIGH: meter.weigh,
        READ: meter.read,
        SHOW: meter.show,
        SPEND: _make_spend(meter),
        JOIN: _make_join(meter),
        IN: _make_in(meter),
    }


def bounded_range(*arguments: int) -> range:
    """Return Python's range, if a message could need one so long."""
    numbers = range(*arguments)
    if numbers[LARGEST_RANGE:]:  # such a slice knows no limit, unlike the length
        raise TooMuch(f"too much work: a range of more than {LARGEST_RANGE:,} numbers")
    return numbers


def check_call(
    called: Any, values: tuple[Any, ...], named: dict[str, Any], meter: Meter
) -> tuple[Any, ...]:
    """Return the values that a call gets, or refuse a result that would be too large.

    Raises:
        TooMuch: it would be.
    """
    meter.spend(1 + len(values))
    for value in values:
        if isinstance(value, CONTAINERS):
            meter.read(value)
    owner = getattr(called, "__self__", None)
    if isinstance(owner, OWNERS):
        values = tuple(_read_all(value, meter) for value in values)
        estimate = METHODS.get(called.__name__)
        if estimate:
            check_growth(estimate, (owner, *values), named)
    return values


def _bound_filter(name: str, given: Callable[..., Any], meter: Meter) -> Callable[..., Any]:
    hidden = 1 if hasattr(given, "jinja_pass_arg") else 0  # the context or the environment
    lazy = name in _LAZY_FILTERS
    estimate = partial(format_filter, meter.measure) if name == "format" else FILTERS.get(name)

    @wraps(given)
    def bounded(*arguments: Any, **named: Any) -> Any:
        values = arguments[hidden:]
        if values and not isinstance(values[0], str):
            first = meter.count(values[0], 2) if lazy else _read_all(values[0], meter)
            values = (first, *values[1:])
        if estimate:
            check_growth(estimate, values, named)
        result = given(*arguments[:hidden], *values, **named)
        return result if lazy else meter.weigh(result)

    return bounded


def _read_all(value: Any, meter: Meter) -> Any:
    """Return the value, its items counted; what gives them one by one becomes a list."""
    if isinstance(value, Iterator):
        value = list(meter.count(value, 1))
    return meter.read(value)


def _bound_test(given: Callable[..., bool], meter: Meter) -> Callable[..., bool]:
    @wraps(given)
    def bounded(value: Any, other: Any) -> bool:
        return given(meter.read(value), meter.read(other))

    return bounded


def _make_spend(meter: Meter) -> Callable[[Context, int], bool]:
    @pass_context  # so that Jinja does not work it out while compiling
    def spend(_: Context, steps: int) -> bool:
        meter.spend(steps)
        return True

    return spend


def _make_join(meter: Meter) -> Callable[[list[Any]], str]:
    def join(values: list[Any]) -> str:
        if sum(map(meter.measure, values)) > 2 * LONGEST_TEXT:
            raise TooMuchText
        return meter.weigh("".join(map(str, values)))

    return join


def _make_in(meter: Meter) -> Callable[[Any, Any], bool]:
    def contains(value: Any, place: Any) -> bool:
        if isinstance(value, CONTAINERS):
            meter.read(place)
        elif isinstance(place, (str, list, tuple)):
            meter.spend(len(place) // 20)
        return value in place

    return contains
