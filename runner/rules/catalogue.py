"""Every rule that a playbook is held against; a new rule is a new file and a new line here.

`RULES` look at the playbook as it is written. `DELIVERY_RULES` look at a rendered delivery: of a
sample when validating, of a recipient when running. `FILE_RULES` look at any file of ours, also at
a project file.
"""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from runner.model.delivery import Delivery
from runner.model.document import Document
from runner.model.playbook import Environment, Playbook
from runner.model.problem import Problem
from runner.rules import (
    address_form,
    agent_missing,
    attributes_size,
    author_is_customer,
    content_variables,
    empty_variable,
    gbm_ended,
    link_shortener,
    opt_out_missing,
    personal_data,
    placeholder_sid,
    required_text,
    reserved_attribute,
    routing_missing,
    secret_in_file,
    text_too_long,
    too_many_segments,
    ucs2_character,
    unclear_time,
    unknown_field,
    unknown_filter,
    unknown_zone,
    unused_field,
    weak_key,
    whatsapp_window,
)

Rule: TypeAlias = Callable[[Playbook], Iterator[Problem]]
DeliveryRule: TypeAlias = Callable[[Playbook, Environment, Delivery], Iterator[Problem]]
FileRule: TypeAlias = Callable[[Document], Iterator[Problem]]

RULES: tuple[Rule, ...] = (
    address_form.check,
    agent_missing.check,
    content_variables.check,
    gbm_ended.check,
    link_shortener.check,
    personal_data.check,
    placeholder_sid.check,
    reserved_attribute.check,
    routing_missing.check,
    secret_in_file.check,
    unknown_field.check,
    unknown_filter.check,
    unknown_zone.check,
    unused_field.check,
    weak_key.check,
    whatsapp_window.check,
)
DELIVERY_RULES: tuple[DeliveryRule, ...] = (
    attributes_size.check,
    author_is_customer.check,
    empty_variable.check,
    link_shortener.check_rendered,
    opt_out_missing.check,
    required_text.check,
    text_too_long.check,
    too_many_segments.check,
    ucs2_character.check,
    unclear_time.check,
)
FILE_RULES: tuple[FileRule, ...] = (secret_in_file.check_document, unknown_zone.check_document)


def check_rules(playbook: Playbook) -> tuple[Problem, ...]:
    """Return what the rules find in the playbook, in the order of the file."""
    found = (problem for rule in RULES for problem in rule(playbook))
    return tuple(sorted(found, key=lambda problem: problem.span))


def check_delivery(
    playbook: Playbook, environment: Environment, delivery: Delivery
) -> tuple[Problem, ...]:
    """Return what the rules find in a rendered delivery."""
    return tuple(
        problem for rule in DELIVERY_RULES for problem in rule(playbook, environment, delivery)
    )


def check_file(document: Document) -> tuple[Problem, ...]:
    """Return what the rules find in a file that has no valid shape, or is a project file."""
    found = (problem for rule in FILE_RULES for problem in rule(document))
    return tuple(sorted(found, key=lambda problem: problem.span))
