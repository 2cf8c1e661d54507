"""TaskRouter's expression language, as EvaluateTaskAttributes takes it.

https://www.twilio.com/docs/taskrouter/expression-syntax. Strings in single or double quotes,
numbers, `true`, `false`; keys with dots and array indexes; `==`, `!=`, `<`, `<=`, `>`, `>=`,
`CONTAINS`, `HAS`, `IN`, `NOT IN`; `AND` before `OR`; parentheses. A key that is not there is null.
"Hyphens are not supported in TaskRouter expressions": they are refused wherever they stand, in
quotes too. Comparisons of different types, which the page advises against, are false, and so is
every ordering of anything but two numbers or two strings.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

Predicate: TypeAlias = Callable[[Mapping[str, Any]], bool]
Operand: TypeAlias = Callable[[Mapping[str, Any]], Any]

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<text>"[^"]*"|'[^']*')
  | (?P<number>\d+(?:\.\d+)?)
  | (?P<key>[A-Za-z_]\w*(?:\.\w+|\[\d+\])*)
  | (?P<sign>==|!=|<=|>=|[<>=()\[\],])
    )""",
    re.VERBOSE | re.ASCII,
)
_STEP = re.compile(r"\w+")
_DEEPEST = 50


class ExpressionError(ValueError):
    """The expression can't be read."""


def parse_expression(text: str) -> Predicate:
    """The question an expression asks of a Task's attributes.

    Raises:
        ExpressionError: when it is not an expression.
    """
    if "-" in text:
        raise ExpressionError("Hyphens are not supported in TaskRouter expressions")
    parser = _Parser(_tokens(text))
    predicate = parser.alternatives(0)
    if parser.kind != "end":
        raise ExpressionError(f"Unexpected '{parser.word}'")
    return predicate


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens = []
    position = 0
    end = len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise ExpressionError(f"Unexpected '{text[position:].strip()[:1]}'")
        tokens.append((match.lastgroup, match[match.lastgroup]))
        position = match.end()
    return [*tokens, ("end", "end of expression")]


class _Parser:
    """Recursive descent over the tokens, building closures."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._position = 0

    @property
    def kind(self) -> str:
        return self._tokens[self._position][0]

    @property
    def word(self) -> str:
        return self._tokens[self._position][1]

    def _next(self) -> str:
        word = self.word
        self._position += 1
        return word

    def _take(self, *words: str) -> bool:
        if self.kind in {"sign", "key"} and self.word.upper() in words:
            self._position += 1
            return True
        return False

    def _expect(self, word: str) -> None:
        if not self._take(word):
            raise ExpressionError(f"Expected '{word}' before '{self.word}'")

    def alternatives(self, depth: int) -> Predicate:
        terms = [self._conjunction(depth)]
        while self._take("OR"):
            terms.append(self._conjunction(depth))
        return terms[0] if len(terms) == 1 else lambda values: any(t(values) for t in terms)

    def _conjunction(self, depth: int) -> Predicate:
        terms = [self._term(depth)]
        while self._take("AND"):
            terms.append(self._term(depth))
        return terms[0] if len(terms) == 1 else lambda values: all(t(values) for t in terms)

    def _term(self, depth: int) -> Predicate:
        if depth > _DEEPEST:
            raise ExpressionError("Nested too deep")
        if self._take("("):
            inner = self.alternatives(depth + 1)
            self._expect(")")
            return inner
        left = self._operand()
        compare = self._operator()
        right = self._operand()
        return lambda values: compare(left(values), right(values))

    def _operator(self) -> Callable[[Any, Any], bool]:
        word = self.word.upper()
        if self._take("NOT"):
            self._expect("IN")
            return lambda left, right: not _within(left, right)
        if not self._take(*_OPERATORS):
            raise ExpressionError(f"Expected an operator before '{self.word}'")
        return _OPERATORS[word]

    def _operand(self) -> Operand:
        if self._take("["):
            return self._array()
        kind, word = self.kind, self.word
        if kind in {"text", "number"} or (kind == "key" and word.lower() in _CONSTANTS):
            self._next()
            value = _constant(kind, word)
            return lambda _: value
        if kind == "key" and word.upper() not in _RESERVED:
            return _lookup(self._next())
        raise ExpressionError(f"Expected a value before '{word}'")

    def _array(self) -> Operand:
        items = [] if self.word == "]" else [self._operand()]
        while self._take(","):
            items.append(self._operand())
        self._expect("]")
        return lambda values: [item(values) for item in items]


_CONSTANTS = {"true": True, "false": False, "null": None}


def _constant(kind: str, word: str) -> Any:
    if kind == "text":
        return word[1:-1]
    if kind == "number":
        return float(word)
    return _CONSTANTS[word.lower()]


def _lookup(key: str) -> Operand:
    steps = _STEP.findall(key)

    def resolve(values: Mapping[str, Any]) -> Any:
        found: Any = values
        for step in steps:
            found = _step(found, step)
        return found

    return resolve


def _step(value: Any, step: str) -> Any:
    if isinstance(value, Mapping):
        return value.get(step)
    if isinstance(value, list) and step.isdigit() and int(step) < len(value):
        return value[int(step)]
    return None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _equal(left: Any, right: Any) -> bool:
    same_kind = type(left) is type(right) or (_is_number(left) and _is_number(right))
    return bool(same_kind and left == right)


def _ordered(left: Any, right: Any) -> bool:
    both_numbers = _is_number(left) and _is_number(right)
    return both_numbers or (isinstance(left, str) and isinstance(right, str))


def _has(left: Any, right: Any) -> bool:
    return isinstance(left, list) and any(_equal(item, right) for item in left)


def _contains(left: Any, right: Any) -> bool:
    if isinstance(left, str) and isinstance(right, str):
        return right in left
    return _has(left, right)


def _within(left: Any, right: Any) -> bool:
    return _has(right, left)


_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "==": _equal,
    "=": _equal,
    "!=": lambda left, right: not _equal(left, right),
    "<": lambda left, right: _ordered(left, right) and bool(left < right),
    "<=": lambda left, right: _ordered(left, right) and bool(left <= right),
    ">": lambda left, right: _ordered(left, right) and bool(left > right),
    ">=": lambda left, right: _ordered(left, right) and bool(left >= right),
    "HAS": _has,
    "CONTAINS": _contains,
    "IN": _within,
}
_RESERVED = {"AND", "OR", "NOT", "HAS", "CONTAINS", "IN"}
