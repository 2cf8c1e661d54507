"""Where names stand in a template's source, by Jinja's own lexer."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from jinja2 import Environment, nodes
from jinja2.lexer import TokenStream
from jinja2.parser import Parser

_LINE_END = re.compile(r"\r\n|\r")
_TWO = re.compile(r"\r\n")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a template: its kind in Jinja's words, its text, and where it starts."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """The offset of the first character after the token."""
        return self.start + len(self.text)


def read_tokens(source: str, environment: Environment) -> Iterator[Token]:
    """Yield the template's tokens, white space left out, each found again in the source."""
    for token in _find_tokens(source, environment):
        if token.kind != "whitespace":
            yield token


def parse_offsets(source: str, environment: Environment) -> nodes.Template:
    """Return the template's tree, in which `lineno` is the offset of the node's first token.

    Jinja's own nodes know only their lines. Of `a.b` and `a["b"]` the offset is that of the dot or
    bracket, of `a is b` that of `is`.

    Raises:
        TemplateSyntaxError: the template cannot be read; its line is an offset as well.
    """
    parser = Parser(environment, "")
    raw = ((token.start, token.kind, token.text) for token in _find_tokens(source, environment))
    parser.stream = TokenStream(environment.lexer.wrap(raw), None, None)
    return parser.parse()


def _find_tokens(source: str, environment: Environment) -> Iterator[Token]:
    """Look up every token from the end of the one before.

    Jinja's lexer gives text without offsets, leaves out what its white-space control strips, and
    makes one kind of line end of all kinds.
    """
    plain = _LINE_END.sub("\n", source)
    moved = [found.start() - number for number, found in enumerate(_TWO.finditer(source))]
    position = 0
    for _, kind, text in environment.lex(plain):
        start = plain.find(text, position)
        if start < 0:
            continue
        position = start + len(text)
        yield Token(kind, text, start + bisect_left(moved, start))


def is_single_expression(source: str, environment: Environment) -> bool:
    """Tell whether the source is one `{{ … }}` and nothing else."""
    kinds = [token.kind for token in read_tokens(source, environment)]
    return (
        source.startswith("{{")
        and source.endswith("}}")
        and kinds.count("variable_begin") == 1
        and kinds[0] == "variable_begin"
        and kinds[-1] == "variable_end"
    )


def find_name(
    source: str, environment: Environment, name: str, *, attribute: bool, line: int = 1
) -> Token | None:
    """Return where `name` stands, as an attribute (`x.name`, `x["name"]`) or on its own.

    The first place at or after the line that the error names is taken, else the first of all.
    """
    tokens = list(read_tokens(source, environment))
    found = [
        token
        for before, token in zip([None, *tokens], tokens, strict=False)
        if token.text.strip("\"'") == name
        and token.kind in ("name", "string")
        and (before is not None and before.text in (".", "[")) == attribute
    ]
    later = (token for token in found if source.count("\n", 0, token.start) + 1 >= line)
    return next(later, found[0] if found else None)


def recipient_fields(source: str, environment: Environment) -> tuple[str, ...]:
    """Return the fields of `recipient` that the template reads, in order, each once."""
    tokens = list(read_tokens(source, environment))
    fields = [
        third.text.strip("\"'")
        for first, second, third in zip(tokens, tokens[1:], tokens[2:], strict=False)
        if first.text == "recipient" and second.text in (".", "[")
    ]
    return tuple(dict.fromkeys(fields))
