"""Stylesheets, scripts and picture, as they are shipped: nothing comes from elsewhere."""

import hashlib
from functools import cache
from importlib.resources import files

from runner.sandbox.answers import Answer, Page, not_found
from runner.sandbox.inbox.visit import STATIC

_TYPES = {
    "inbox.css": "text/css; charset=utf-8",
    "devices.css": "text/css; charset=utf-8",
    "become.js": "text/javascript; charset=utf-8",
    "inbox.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}


@cache
def _data(name: str) -> bytes:
    return files("runner.sandbox.inbox").joinpath("static", name).read_bytes()


@cache
def asset_address(name: str) -> str:
    """The address of a file, which changes whenever the file does."""
    return f"{STATIC}{name}?v={hashlib.sha256(_data(name)).hexdigest()[:12]}"


def asset(name: str) -> Answer:
    """A file; a browser may keep it for as long as its address is asked for.

    Raises:
        TwilioError: there is no such file.
    """
    if name not in _TYPES:
        raise not_found(STATIC + name)
    kept = ("Cache-Control", "public, max-age=31536000, immutable")
    return Answer(200, page=Page(_TYPES[name], _data(name)), headers=(kept,))
