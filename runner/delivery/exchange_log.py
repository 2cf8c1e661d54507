"""One request and what came of it, as an event of the log.

A path has SIDs in it and no address; a query, a form and a body may have anything, and are left
out.
"""

from runner.model.exchange import Answer, Reply, Request, Silence
from runner.model.log import Log


def log_exchange(
    log: Log, request: Request, answer: Answer, seconds: float, **about: object
) -> None:
    """Tell of a request; `about` says on whose behalf it was sent."""
    asked = {
        **about,
        "method": request.method,
        "product": request.product.value,
        "path": request.path,
        "duration_ms": round(seconds * 1000, 1),
    }
    if isinstance(answer, Reply):
        log(
            "request",
            "info" if answer.ok else "warning",
            **asked,
            status=answer.status,
            code=answer.code if not answer.ok else None,
            request_id=answer.request_id,
        )
    else:
        kind = "no_reply" if isinstance(answer, Silence) else "not_sent"
        log("request", "warning", **asked, failure=kind)
