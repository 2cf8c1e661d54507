"""Who may look at the inbox, who may do something in it, and what its pages may do themselves.

Where only this machine reaches the server, everybody on it may look; `Access` has refused other
names for it by then (DNS rebinding). Elsewhere the token is needed, once: a cookie keeps it. What
changes something must come from a page of ours, as the browser says by `Origin` or
`Sec-Fetch-Site`; scripts have /_sandbox/ for that.
"""

import hmac
from dataclasses import replace
from urllib.parse import urlsplit

from runner.sandbox.answers import Answer, Page
from runner.sandbox.call import Request
from runner.sandbox.inbox.frame import document
from runner.sandbox.inbox.markup import Html, tag
from runner.sandbox.inbox.visit import HOME, ROOM, THEMES

ENTER = f"{ROOM}enter"
_THEME_COOKIE = "flexplay_theme"
# No script, style, picture or connection but ours, none inline; nobody may put us into a frame.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
_ALWAYS = (
    ("Cache-Control", "no-store"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
    ("Referrer-Policy", "same-origin"),
    ("X-Content-Type-Options", "nosniff"),
)


def html(whole: Html, status: int = 200, policy: str = POLICY) -> Answer:
    """A page, with all that keeps it to itself."""
    headers = (("Content-Security-Policy", policy), *_ALWAYS)
    return Answer(
        status,
        page=Page("text/html; charset=utf-8", whole.encode("utf-8", "replace")),
        headers=headers,
    )


def see_other(where: str, cookie: str | None = None) -> Answer:
    """Done: look there."""
    kept = (("Set-Cookie", cookie),) if cookie else ()
    return Answer(303, page=Page("text/plain", b""), headers=(("Location", where), *_ALWAYS, *kept))


def message_page(title: str, words: str, status: int, theme: str) -> Answer:
    """A page that says one thing."""
    inside = tag(
        "main",
        tag("h1", title),
        tag("p", words),
        tag("p", tag("a", "To the conversations", href=HOME, class_="button")),
        class_="alone",
    )
    return html(document(title, theme, tag("body", inside)), status)


def refusal(token: str, request: Request) -> Answer | None:
    """Why a request is turned away, or None; `token` is empty where none is needed."""
    if request.method == "POST" and not _is_from_us(request):
        words = "What is changed here must be asked for from a page of this sandbox."
        return message_page("That came from elsewhere", words, 403, theme_of(request))
    if not token or request.path == ENTER or request.path.startswith(f"{ROOM}static/"):
        return None
    given = _cookies(request).get(_token_cookie(request), "")
    if hmac.compare_digest(given.encode(), token.encode()):
        return None
    return enter_page(theme_of(request))


def enter(token: str, request: Request, given: str) -> Answer:
    """Take the token, and keep it in a cookie for this browser."""
    if token and not hmac.compare_digest(given.encode(), token.encode()):
        return enter_page(theme_of(request), wrong=bool(given))
    keep = f"{_token_cookie(request)}={token}; Path=/; HttpOnly; SameSite=Lax" if token else None
    return see_other(HOME, keep)


def enter_page(theme: str, *, wrong: bool = False) -> Answer:
    """Asks for the token."""
    complaint = tag("p", "That is not the token.", class_="complaint", role="alert")
    form = tag(
        "form",
        tag("label", "Token", for_="token"),
        tag(
            "input",
            type="password",
            name="token",
            id="token",
            required=True,
            autofocus=True,
            autocomplete="off",
        ),
        complaint if wrong else None,
        tag("button", "Enter", class_="button is-first"),
        method="post",
        action=ENTER,
        class_="stacked",
    )
    words = "Other machines reach this sandbox. It asks for the token that it printed at the start."
    inside = tag("main", tag("h1", "Flex sandbox"), tag("p", words), form, class_="alone")
    return html(document("Enter", theme, tag("body", inside)), 401)


def theme_of(request: Request) -> str:
    """The colours that were chosen in this browser."""
    chosen = _cookies(request).get(_THEME_COOKIE, "")
    return chosen if chosen in THEMES else THEMES[0]


def theme_cookie(theme: str) -> str:
    """Keeps the colours for a year."""
    return f"{_THEME_COOKIE}={theme}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax"


def framed(answered: Answer) -> Answer:
    """The answer with leave to stand in a frame of ours, and nowhere else."""
    return replace(answered, headers=(*answered.headers, ("X-Frame-Options", "SAMEORIGIN")))


def _is_from_us(request: Request) -> bool:
    """Whether a browser says that a page of this origin asks."""
    origin = request.headers.get("origin")
    if origin is not None:
        return urlsplit(origin).netloc == request.headers.get("host", "")
    return request.headers.get("sec-fetch-site") == "same-origin"


def _token_cookie(request: Request) -> str:
    """Cookies are one jar for all ports of a host, so the name has the port."""
    host = urlsplit(request.origin)
    return f"flexplay_sandbox_{host.port or 80}"


def _cookies(request: Request) -> dict[str, str]:
    pairs = (each.partition("=") for each in request.headers.get("cookie", "").split(";"))
    return {name.strip(): value.strip() for name, _, value in pairs}
