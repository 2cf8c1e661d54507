"""Playbook x recipient -> the exact requests, or what is wrong with this recipient."""

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path

from runner.model.delivery import Delivery, delivery_id
from runner.model.document import Node, Plain, ScalarNode, node_at, walk_texts
from runner.model.document import Path as DataPath
from runner.model.place import Span
from runner.model.placeholder import is_placeholder, placeholder_problem
from runner.model.playbook import Playbook
from runner.model.problem import Problem, Related, Severity
from runner.model.recipient import Recipient
from runner.render.context import make_context
from runner.render.environment import make_environment
from runner.render.forms import (
    Data,
    customer_of,
    make_interaction,
    make_message,
    redirect,
    write_form,
    write_json,
)
from runner.render.names import recipient_fields
from runner.render.origins import origin_of
from runner.render.outline import RequestOutline, make_outline, make_request_outline
from runner.render.parts import compile_parts
from runner.render.probes import ProbedEnvironment, Recorder
from runner.render.settled import settle
from runner.render.template import Context, Leaf
from runner.render.tree import Branch, LeafFailed, render_leaf, render_tree
from runner.schema.check import published_check

SINGLE_KEY = "single"


@dataclass(frozen=True, slots=True)
class Binding:
    """What a rendering is tied to besides the recipient.

    `scope` and `account` are part of a delivery's identity. `key` replaces the playbook's own.
    `placeholders` allows the SIDs of examples (`WSXXXX…`), which no live run may send.
    `redirect_to` is an address that takes every customer's place. `period` is the label of the
    period that a recurring message is for: part of its key. With `outline`, deliveries also have
    their message without the recipient's values.
    """

    scope: str
    account: str
    environment: str
    variables: Mapping[str, Plain]
    now: datetime | None
    key: str | None = None
    placeholders: bool = True
    redirect_to: str | None = None
    period: str = ""
    outline: bool = False


class Renderer:
    """A playbook with every template compiled."""

    def __init__(
        self,
        playbook: Playbook,
        binding: Binding,
        branches: dict[str, Branch],
        *,
        settles: bool = True,
    ) -> None:
        self._playbook = playbook
        self._key_leaf = branches.get("key")
        self._compiled: Branch = {
            name: branch for name, branch in branches.items() if name != "key"
        }
        self._settles = settles
        self._environment = make_environment(folder_of(playbook))
        self._interaction = published_check("interaction-request")
        self._message = published_check("message-request")
        self._bind(binding)

    def bound_to(self, binding: Binding) -> "Renderer":
        """Return the same templates, compiled already, tied to something else."""
        other = copy(self)
        other._bind(binding)  # noqa: SLF001 - its own kind
        return other

    def _bind(self, binding: Binding) -> None:
        self._binding = binding
        shared = self._context({})
        self._parts = settle(self._compiled, shared) if self._settles else self._compiled
        wanted = binding.outline
        self._outline = make_outline(self._playbook, folder_of(self._playbook)) if wanted else None

    def render(self, recipient: Recipient) -> Delivery | tuple[Problem, ...]:
        """Return the recipient's delivery, or every fault that rendering shows."""
        context = self._context(recipient.fields)
        try:
            key = self._key(recipient)
            rendered = render_tree(self._parts, context)
        except LeafFailed as failed:
            cause = failed.__cause__
            problem = failed.leaf.explain(cause if isinstance(cause, Exception) else failed)
            return (self._at_row(problem, recipient, failed.leaf.node),)
        delivery = self._deliver(rendered, key, recipient)
        if self._outline and isinstance(delivery, Delivery):
            outline = make_message({"message": self._outline.render(context)}, "")
            return replace(delivery, outline=write_form(outline))
        return delivery

    def outline_request(self, recipient: Recipient) -> Plain:
        """Return all but the message as the playbook names it, without the recipient's values."""
        return self._request_outline.render(self._context(recipient.fields))

    @cached_property
    def _request_outline(self) -> RequestOutline:
        return make_request_outline(self._playbook, folder_of(self._playbook))

    def _deliver(
        self, rendered: Data, key: str, recipient: Recipient
    ) -> Delivery | tuple[Problem, ...]:
        playbook, binding = self._playbook, self._binding
        identity = delivery_id(binding.scope, binding.account, playbook.name, key)
        correlation = identity if playbook.delivery.correlation else ""
        region = playbook.recipients.default_region if playbook.recipients else ""
        interaction = make_interaction(rendered, playbook.channel, correlation, region)
        if binding.redirect_to:
            interaction = redirect(interaction, playbook.channel, binding.redirect_to)
        message = make_message(rendered, correlation)
        problems = (
            *self._interaction.problems(interaction, playbook.root, self._origin),
            *self._message.problems(message, playbook.root, self._origin),
        ) or (
            *self._check_key(key, interaction),
            *self._check_sids(interaction, message),
            *self._check_characters(interaction, message),
        )
        if problems:
            return tuple(self._at_row(problem, recipient, None) for problem in problems)
        return Delivery(
            id=identity,
            key=key,
            place=recipient.place,
            channel=playbook.channel,
            customer=customer_of(interaction, playbook.channel),
            interaction=write_form(interaction),
            message=write_form(message),
            workspace_sid=_workspace_of(interaction),
            timezone=_text_of(recipient.fields.get("timezone")) or "",
            not_after=_text_of(rendered.get("not_after")),
            language=_language_of(recipient.fields),
        )

    def _context(self, fields: Mapping[str, Plain], *, timeless: bool = False) -> Context:
        binding = self._binding
        return make_context(
            fields,
            binding.variables,
            binding.environment,
            self._playbook.name,
            None if timeless else binding.now,
        )

    def _key(self, recipient: Recipient) -> str:
        if self._binding.key is not None:
            return self._binding.key
        leaf = self._key_leaf
        if not isinstance(leaf, Leaf):
            return SINGLE_KEY
        value = render_leaf(leaf, self._context(recipient.fields, timeless=True))
        key = "" if value is None else str(value).strip()
        return f"{key}@{self._binding.period}" if key and self._binding.period else key

    def _check_key(self, key: str, interaction: Data) -> tuple[Problem, ...]:
        node = self._playbook.recipients.key if self._playbook.recipients else self._playbook.root
        if not key:
            why = "the key is empty, and a message needs a key to be sent only once"
            return (Problem(node.span, "FP216", why, "use a column that every row fills"),)
        if any(unicodedata.category(char) in ("Cc", "Cs") for char in key):
            why = "the key holds a character that cannot be shown, such as a line break"
            return (Problem(node.span, "FP216", why, "use a column of plain numbers or names"),)
        customer = customer_of(interaction, self._playbook.channel)
        bare = customer.name.rpartition(":")[2].lstrip("+")
        if len(bare) >= 7 and bare in key.replace("-", "").replace(" ", ""):
            why = "the key contains the customer's address, and keys are stored and shown"
            return (Problem(node.span, "FP217", why, "use an order or appointment number"),)
        return ()

    def _check_sids(self, interaction: Data, message: Data) -> Iterator[Problem]:
        """Yield the placeholder SIDs, unless this rendering may have them."""
        if self._binding.placeholders:
            return
        for node, value in self._find_texts(interaction, message, is_placeholder):
            yield placeholder_problem(node.span, value, Severity.ERROR)

    def _check_characters(self, interaction: Data, message: Data) -> Iterator[Problem]:
        """Yield the texts that cannot be sent, because they hold half of a character."""
        if _is_encodable(write_json((interaction, message))):
            return
        broken = self._find_texts(interaction, message, lambda text: not _is_encodable(text))
        for node, _ in broken:
            why = "this text holds half of a character, which cannot be sent"
            yield Problem(node.span, "FP109", why, "write the character again")

    def _find_texts(
        self, interaction: Data, message: Data, wanted: Callable[[str], bool]
    ) -> Iterator[tuple[Node, str]]:
        """Yield the wanted texts of the requests, each with the node that it comes from."""
        for form in (interaction, message):
            for path, value in walk_texts(form):
                if wanted(value):  # a million texts are looked at, hardly any is looked up
                    yield node_at(self._playbook.root, self._origin(path)), value

    def _origin(self, path: DataPath) -> DataPath:
        return origin_of(self._playbook, path)

    def _at_row(self, problem: Problem, recipient: Recipient, node: ScalarNode | None) -> Problem:
        """Return the finding with the recipient's cell as its second place."""
        if recipient.place == self._playbook.root.span:
            return problem
        related = self._close_column(problem, recipient) or Related(
            self._cell(recipient, node), "for this recipient"
        )
        return replace(problem, related=(*problem.related, related))

    def _cell(self, recipient: Recipient, node: ScalarNode | None) -> Span:
        """Return the one cell that the leaf reads, or the whole row."""
        source = node.value if node else None
        if not isinstance(source, str):
            return recipient.place
        fields = recipient_fields(source, self._environment)
        cells = [recipient.cells[name] for name in fields if name in recipient.cells]
        return cells[0] if len(cells) == 1 else recipient.place

    def _close_column(self, problem: Problem, recipient: Recipient) -> Related | None:
        """Return the header's name that the author may have meant."""
        close = problem.remedy.removeprefix("write recipient.")
        if problem.code != "FP201" or close not in recipient.columns:
            return None
        return Related(recipient.columns[close], f'there is "{close}"')


def make_renderer(
    playbook: Playbook, binding: Binding, recorder: Recorder | None = None
) -> Renderer | tuple[Problem, ...]:
    """Return the compiled playbook, or every template that cannot be read.

    A recorder notes which ways the templates take.
    """
    folder = folder_of(playbook)
    environment = ProbedEnvironment(folder, recorder) if recorder else make_environment(folder)
    problems: list[Problem] = []
    branches = compile_parts(playbook, environment, problems)
    # What is worked out before the first recipient takes no way that a test has led it.
    return tuple(problems) or Renderer(playbook, binding, branches, settles=recorder is None)


def folder_of(playbook: Playbook) -> Path:
    """Return the folder that the playbook's paths are relative to."""
    return Path(playbook.file).parent


def _language_of(fields: Mapping[str, Plain]) -> str:
    """Return what the row says of the recipient's language, such as `es-MX`; empty without."""
    return _text_of(fields.get("language")) or _text_of(fields.get("lang")) or ""


def _text_of(value: Plain) -> str | None:
    return None if value is None else str(value).strip()


def _workspace_of(interaction: Data) -> str:
    routing = interaction.get("Routing", {})
    return str(routing.get("properties", {}).get("workspace_sid", ""))


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
