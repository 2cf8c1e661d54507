"""The one door to jinja2: a sandbox that knows no silent blanks and no files outside its folder."""

import types
from collections.abc import Callable
from functools import lru_cache, partial, update_wrapper
from pathlib import Path
from typing import Any

from jinja2 import Environment, Template, TemplateNotFound, nodes
from jinja2.environment import TemplateExpression
from jinja2.exceptions import (
    SecurityError,
    TemplateRuntimeError,
    TemplateSyntaxError,
    UndefinedError,
)
from jinja2.parser import Parser
from jinja2.runtime import Context, StrictUndefined, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment, modifies_known_mutable
from jinja2.utils import missing
from markupsafe import Markup

from runner.render.bounded_calls import QuietNamespace, bounded_range, check_call, install
from runner.render.bounds import (
    TemplateTooLarge,
    bound_tree,
    check_source,
    check_tree,
    is_hidden,
    weight_of,
)
from runner.render.folder_loader import FolderLoader
from runner.render.growth import BoundedEscapeFormatter, BoundedFormatter, check_operator
from runner.render.meter import LONGEST_TEXT, Meter, TooMuch, TooMuchText
from runner.render.null_value import refuse_null

__all__ = [
    "BoundedEnvironment",
    "MissingName",
    "SecurityError",
    "TemplateNotFound",
    "TemplateRuntimeError",
    "TemplateSyntaxError",
    "TemplateTooLarge",
    "TooMuch",
    "Undefined",
    "make_environment",
    "reading_environment",
]


_RANDOM = ("lipsum", "random")
_COMPILING = 20  # steps that compiling a node of a file costs


class MissingName(UndefinedError):
    """A template used a name that does not exist; it knows which, and of what."""

    def __init__(self, message: str = "", *, owner: Any = missing, name: str = "") -> None:
        super().__init__(message)
        self.owner = owner
        self.name = name


class _Missing(StrictUndefined):
    """An undefined value that refuses to be printed, compared or looked into."""

    __slots__ = ()

    def __init__(
        self, hint: str | None = None, obj: Any = missing, name: str | None = None, exc: Any = None
    ) -> None:
        error: Any = partial(MissingName, owner=obj, name=str(name))
        super().__init__(hint, obj, name, exc if exc is SecurityError else error)


class _Template(Template):
    """A compiled text of the playbook, or an included file."""

    environment: "BoundedEnvironment"

    def render(self, *args: Any, **kwargs: Any) -> str:
        """Return the text for a context, if it is of reasonable length."""
        meter = self.environment.meter
        meter.start(_owner(*args, **kwargs))
        text = super().render(*args, **kwargs)
        if len(text) > LONGEST_TEXT:
            raise TooMuchText
        return text


class _Expression(TemplateExpression):
    """The one expression of a leaf, which keeps its value's type."""

    _template: _Template

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Return the value for a context, if it is of reasonable size."""
        meter = self._template.environment.meter
        meter.start(_owner(*args, **kwargs))
        return meter.weigh(super().__call__(*args, **kwargs))


def _owner(given: Any = None, **named: Any) -> object:
    return (given or named).get("recipient")


class BoundedEnvironment(ImmutableSandboxedEnvironment):
    """Jinja's sandbox in which a template can neither change its data nor use up the machine.

    Data must not change because a message is a function of its recipient: what one row's template
    did to a list of `vars` would show in the next row's text.
    """

    intercepted_binops = frozenset({"+", "*", "**", "%"})
    template_class = _Template

    def __init__(self, folder: Path) -> None:
        super().__init__(
            loader=FolderLoader(folder),
            undefined=_Missing,
            finalize=refuse_null,
            autoescape=False,  # messages are plain text, not HTML
            auto_reload=False,
            cache_size=-1,
        )
        self.meter = Meter()
        for name in _RANDOM:  # a message is the same each time that it is rendered
            self.globals.pop(name, None)
            self.filters.pop(name, None)
        self.globals |= {"range": bounded_range, "namespace": QuietNamespace}
        install(self, self.meter)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return `obj.attribute`; the field of a row comes before a method that Python has.

        So a column may be called `items` or `title`, and the usual case is the fast one.
        """
        if isinstance(obj, dict):
            value = obj.get(attribute, missing)
            if value is not missing:
                return value
        return super().getattr(obj, attribute)

    def unsafe_undefined(self, obj: Any, attribute: str) -> Undefined:
        """Return a value that says, when it is used, that templates may not have it."""
        what = f"{attribute} of {_kind_of(obj)}"
        if modifies_known_mutable(obj, attribute):
            what = f"{attribute}() changes {_kind_of(obj)}, and every message must find the same"
        return self.undefined(what, name=attribute, obj=obj, exc=SecurityError)

    def call(  # such names leave `self`, `context` and `obj` to the call's own arguments
        __self,  # noqa: N805
        __context: Context,  # noqa: PYI063
        __obj: Any,
        *args: Any,
        **kwargs: Any,
    ) -> Any:
        """Call what a template calls, and weigh what it returns."""
        args = check_call(__obj, args, kwargs, __self.meter)
        return __self.meter.weigh(super().call(__context, __obj, *args, **kwargs))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Do an operation of arithmetic, or of texts or lists."""
        check_operator(operator, left, right, self.meter)
        return self.meter.weigh(super().call_binop(context, operator, left, right))

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        """Return the bounded form of `str.format` and `str.format_map`, if the value is that."""
        if super().wrap_str_format(value) is None:
            return None
        text: str = value.__self__
        kind = type(text)
        whole = value.__name__ == "format_map"

        def format_(*args: Any, **kwargs: Any) -> str:
            formatter = (
                BoundedEscapeFormatter(self, escape=text.escape)
                if isinstance(text, Markup)
                else BoundedFormatter(self)
            )
            given = ((), args[0]) if whole else (args, kwargs)
            return kind(formatter.vformat(text, *given))

        return update_wrapper(format_, value)

    def compile_expression(
        self,
        source: str,
        undefined_to_none: bool = True,  # noqa: FBT001, FBT002 - Jinja's signature
    ) -> TemplateExpression:
        """Return a function from a context to the expression's value."""
        expression = super().compile_expression(source, undefined_to_none)
        return _Expression(expression._template, undefined_to_none)  # noqa: SLF001 - as Jinja does

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        check_source(source, name, filename)
        parser = Parser(self, source, name, filename)
        try:
            return parser.parse()
        except (RecursionError, MemoryError, ValueError, OverflowError) as error:
            line = parser.stream.current.lineno
            raise TemplateTooLarge(_reason(error), line, name, filename) from error

    def _generate(
        self,
        source: nodes.Template,
        name: str | None,
        filename: str | None,
        defer_init: bool = False,  # noqa: FBT001, FBT002 - Jinja's signature
    ) -> str:
        check_tree(source, name, filename)
        if name is None:
            self.meter.refill()  # Jinja works out constants while compiling
        else:
            self.meter.spend(_COMPILING * weight_of(source))
        self._bound(source, leaf=name is None)
        try:
            return super()._generate(source, name, filename, defer_init)
        except (RecursionError, MemoryError, ValueError, OverflowError) as error:
            raise TemplateTooLarge(_reason(error), 1, name, filename) from error

    def _bound(self, tree: nodes.Template, *, leaf: bool) -> None:
        bound_tree(tree, leaf=leaf)

    def _compile(self, source: str, filename: str) -> types.CodeType:
        try:
            return super()._compile(source, filename)
        except (SyntaxError, RecursionError, MemoryError, ValueError, OverflowError) as error:
            raise TemplateTooLarge(_reason(error), 1, None, filename) from error


def _kind_of(value: object) -> str:
    names = {dict: "a mapping", list: "a list", str: "a text"}
    return next((name for kind, name in names.items() if isinstance(value, kind)), "a value")


def _reason(error: Exception) -> str:
    if isinstance(error, (RecursionError, MemoryError, SyntaxError)):
        return "it is nested too deeply"
    return "it has a number of too many digits"


def known_functions(environment: Environment) -> dict[str, frozenset[str]]:
    """Return the names of the filters and of the tests that a template may use."""
    return {
        "filter": frozenset(name for name in environment.filters if not is_hidden(name)),
        "test": frozenset(environment.tests),
    }


def make_environment(folder: Path) -> BoundedEnvironment:
    """Return the environment for the templates of a playbook in this folder."""
    return BoundedEnvironment(folder)


def reading_environment(folder: Path) -> BoundedEnvironment:
    """Return an environment to read templates with, not to render: it serves many playbooks."""
    return _keep_environment(folder, folder.resolve())


@lru_cache(maxsize=8)
def _keep_environment(folder: Path, _: Path) -> BoundedEnvironment:
    """Return one environment for a folder, as long as its name leads to the same place."""
    return BoundedEnvironment(folder)
