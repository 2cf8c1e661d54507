"""A case and what was rendered for it -> what is not as expected."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from runner.model.delivery import Delivery
from runner.model.document import Entry, MappingNode, ScalarNode, node_at, to_plain
from runner.model.document import Path as DataPath
from runner.model.message import message_of
from runner.model.outcome import Expired, Held
from runner.model.place import Span
from runner.model.playbook import Playbook
from runner.model.playbook_test import Case, Mismatch
from runner.model.problem import Problem, Related
from runner.playbook_test.bench import Rendered
from runner.playbook_test.compare import Subject, compare
from runner.playbook_test.request_path import MISSING, read_path, requests_of, value_at
from runner.policy.objection import Objection
from runner.render.origins import origin_of
from runner.sms.message_segments import delivery_segments
from runner.sms.segments import count_segments

_TEXTS = {"author": "Author", "body": "Body", "subject": "Subject", "content_sid": "ContentSid"}


def verify(case: Case, rendered: Rendered, playbook: Playbook) -> tuple[Mismatch, ...]:
    """Return every expectation of the case that is not met."""
    if rendered.delivery is None:
        return tuple(_verify_rejected(case, rendered.problems))
    rejected = case.expected.get("rejected")
    if rejected is not None:
        what = f"{case.name}: the recipient is not rejected"
        problem = Problem(rejected.node.span, "FP801", what, "take it out, and say what is sent")
        return (Mismatch(problem),)
    checker = _Checker(case, playbook)
    found = (
        *checker.refusal(rendered.refusal),
        *checker.verdict(rendered.verdict),
        *checker.message(rendered.delivery),
        *checker.requests(rendered.delivery),
    )
    return tuple(sorted(found, key=lambda mismatch: mismatch.problem.span))


def _verify_rejected(case: Case, problems: tuple[Problem, ...]) -> Iterator[Mismatch]:
    """Yield a rejection that is not expected, or is for another reason."""
    codes = list(dict.fromkeys(problem.code for problem in problems))
    entry = case.expected.get("rejected")
    if entry is not None and to_plain(entry.node) in codes:
        return
    first = problems[0]
    why = f"{case.name}: the recipient is rejected with {first.code}: {first.message}"
    related = (Related(first.span, first.remedy or "this is rejected"), *first.related)
    if entry is None:
        remedy = f"mend it, or expect rejected: {first.code}"
        yield Mismatch(Problem(case.place, "FP801", why, remedy, related=related))
        return
    problem = Problem(entry.node.span, "FP801", why, related=related)
    golden = entry.node if isinstance(entry.node, ScalarNode) else None
    yield Mismatch(problem, str(to_plain(entry.node)), ", ".join(codes), golden, first.code)


class _Checker:
    """Holds a case's expectations against a delivery."""

    def __init__(self, case: Case, playbook: Playbook) -> None:
        self._case = case
        self._playbook = playbook

    def refusal(self, refusal: Objection | None) -> Iterator[Mismatch]:
        """Yield that a run would not even begin: no test can expect that."""
        if refusal is not None:
            what = f"{self._case.name}: a run would be refused: {refusal.why}"
            yield Mismatch(Problem(self._case.place, "FP801", what, refusal.remedy))

    def verdict(self, verdict: Held | Expired | None) -> Iterator[Mismatch]:
        """Yield whether it is sent, held or expired where something else is expected."""
        expected = self._case.expected
        held = expected.get("held_until") or expected.get("held")
        expired = expected.get("expired")
        subject = Subject(self._case.name, "message", self._place(("delivery",)))
        match verdict:
            case None if held or expired:
                entry = held or expired
                span = entry.node.span if entry else self._case.place
                wanted = "is not held" if held else "has not expired"
                yield Mismatch(subject.problem(span, f"the message {wanted} at this time"))
            case Held() if held is None:
                span = expired.node.span if expired else self._case.place
                what = f"the message is held: {verdict.reason}"
                remedy = "expect held: true or held_until, or give another now"
                yield Mismatch(subject.problem(span, what, remedy))
            case Expired() if expired is None:
                span = held.node.span if held else self._case.place
                what = f"the message has expired: {verdict.reason}"
                remedy = "expect expired: true, or give another now"
                yield Mismatch(subject.problem(span, what, remedy))
            case Held() if "held_until" in expected:
                yield from self._until(verdict.until, expected["held_until"], subject)

    def _until(self, until: datetime | None, entry: Entry, subject: Subject) -> Iterator[Mismatch]:
        wanted = datetime.fromisoformat(str(to_plain(entry.node)))
        if until == wanted:
            return
        if until is None:
            what = "the message is held, and nobody knows until when"
            yield Mismatch(subject.problem(entry.node.span, what))
            return
        actual = until.astimezone(wanted.tzinfo).isoformat()
        problem = subject.problem(entry.node.span, "the message is held until another time")
        golden = entry.node if isinstance(entry.node, ScalarNode) else None
        yield Mismatch(problem, str(to_plain(entry.node)), actual, golden, actual)

    def message(self, delivery: Delivery) -> Iterator[Mismatch]:
        """Yield what differs in the message, its key and its price."""
        data = requests_of(delivery)
        for name, entry in self._case.expected.items():
            if name in _TEXTS:
                field = _TEXTS[name]
                subject = self._subject(name.replace("_sid", " SID"), (field,))
                yield from compare(entry.node, data.get(field, MISSING), subject)
            elif name == "content_variables" and isinstance(entry.node, MappingNode):
                variables = message_of(delivery).content_variables
                yield from self._variables(entry, entry.node, variables)
            elif name == "key":
                subject = self._subject("key", ("recipients", "key"))
                yield from compare(entry.node, delivery.key, subject)
            elif name in ("segments", "encoding"):
                yield from self._price(name, entry, delivery)

    def _variables(
        self, entry: Entry, node: MappingNode, variables: Mapping[str, str]
    ) -> Iterator[Mismatch]:
        known = {str(each.key.value): each for each in node.entries}
        for name, each in known.items():
            subject = self._subject(f'content variable "{name}"', ("ContentVariables", name))
            yield from compare(each.node, variables.get(name, MISSING), subject)
        for name in sorted(variables.keys() - known.keys()):
            subject = self._subject("", ("ContentVariables", name))
            what = f'there is another content variable "{name}"'
            yield Mismatch(subject.problem(entry.key.span, what), actual=variables[name])

    def _price(self, name: str, entry: Entry, delivery: Delivery) -> Iterator[Mismatch]:
        subject = self._subject(name, ("Body",))
        if delivery.channel.type != "sms":
            what = f"only SMS has {name}, and this is {delivery.channel.type}"
            yield Mismatch(subject.problem(entry.key.span, what, "take it out"))
            return
        if name == "encoding":
            encoding = count_segments(message_of(delivery).body).encoding
            yield from compare(entry.node, encoding, subject)
            return
        segments = delivery_segments(delivery)
        if not isinstance(entry.node, MappingNode):
            subject = self._subject("number of segments", ("Body",))
            yield from compare(entry.node, segments, subject)
            return
        most = entry.node.get("at_most")
        limit = to_plain(most) if most is not None else None
        if isinstance(limit, int) and segments > limit:
            span = most.span if most is not None else entry.key.span
            what = f"the text costs {segments} segments, and {limit} at most are expected"
            yield Mismatch(subject.problem(span, what), actual=message_of(delivery).body)

    def requests(self, delivery: Delivery) -> Iterator[Mismatch]:
        """Yield what differs in the fields of the two requests."""
        data: Any = requests_of(delivery)
        for text, entry in self._case.requests.items():
            path = read_path(text) or ()
            yield from compare(entry.node, value_at(data, path), self._subject(text, path))

    def _subject(self, name: str, path: DataPath) -> Subject:
        return Subject(self._case.name, name, self._place(origin_of(self._playbook, path)))

    def _place(self, path: DataPath) -> Span | None:
        """Return where the playbook says it, if it says so at all."""
        node = node_at(self._playbook.root, path)
        return None if node is self._playbook.root else node.span
