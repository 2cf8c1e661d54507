"""What merging a branch comes to, in one sentence."""

from runner.model.review import Review

SAME = "Exactly what was reviewed."
OTHER = "NOT WHAT WAS REVIEWED: look at it again before it is applied."


def review_headline(review: Review) -> str:
    """Return how many messages merging sends, by environment; or that it sends nothing."""
    if not review.sends:
        return f"Merging sends nothing{_old_wording(review)}"
    unknown = any(each.heading and not each.heading.remembered for each in review.sends)
    counts = sorted(review.messages.items(), key=lambda item: (-item[1], item[0]))
    said = ", ".join(_messages(number, name) for name, number in counts)
    unplanned = sum(1 for each in review.sends if each.plan is None)
    more = f"; {_files(unplanned)} cannot be planned here" if unplanned else ""
    return f"Merging sends{' at most' if unknown else ''} {said}{more}{_old_wording(review)}"


def _messages(number: int, environment: str) -> str:
    return f"{number:,} message{'' if number == 1 else 's'} in {environment}"


def _files(number: int) -> str:
    return "1 send file" if number == 1 else f"{number:,} send files"


def _old_wording(review: Review) -> str:
    people = sum(each.people for each in review.old_wording if each.people)
    have = "person already has" if people == 1 else "people already have"
    return f"; {people:,} {have} the old wording" if people else ""
