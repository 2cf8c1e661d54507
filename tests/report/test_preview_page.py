"""The preview as a page. How it looks and behaves: `tests/browser/test_preview_page.py`."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.model.preview import Preview
from runner.report.preview_page import preview_page
from runner.report.visible import show_character
from runner.sms.graphemes import split

MakePreview = Callable[..., Preview]
_NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
_WILD = st.one_of(
    st.text(st.sampled_from("<>&\"'/=-!\u202e\u200b\0\nab\u2019é👩‍🚀"), max_size=60),
    st.sampled_from(
        ["</style><script>x</script>", "<!--", "]]>", "'\"><img src=x onerror=y>", "{{1}}"]
    ),
)
_ONCE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


class _Reader(HTMLParser):
    """Notes the tags and attributes of a page, and the text of its bubbles."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.said = ""
        self._inside = 0
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        if self._inside or dict(attrs).get("class") in ("bubble", "mail-body"):
            self._inside += 1
        if dict(attrs).get("class") == "cut":
            self.said += "\x00"

    def handle_endtag(self, tag: str) -> None:
        del tag
        self._inside = max(self._inside - 1, 0)

    def handle_data(self, data: str) -> None:
        self.said += data if self._inside else ""


def _page(*previews: Preview) -> str:
    return preview_page(previews, _NOW, "0.1.0")


def _shown(text: str) -> str:
    kept = ("\n", "\r\n", "\t")
    return "".join(each if each in kept else show_character(each) for each in split(text))


@_ONCE
@given(_WILD, _WILD, st.sampled_from(["sms", "whatsapp", "web"]))
def test_foreign_texts_make_no_markup(
    make_preview: MakePreview, foreign: str, body: str, channel: str
) -> None:
    """The page has the elements that it has with harmless texts, and no handler or source."""
    calm = _Reader(_page(make_preview(channel, "Ann", "Hi")))
    wild = _Reader(_page(make_preview(channel, foreign, body)))
    assert set(wild.tags) <= {*calm.tags, "span", "mark", "li", "ul", "p", "b"}
    assert not {name for name in wild.attributes if name.startswith(("on", "src", "style"))}
    assert "script" not in wild.tags
    assert "img" not in wild.tags


@_ONCE
@given(_WILD, st.sampled_from(["messenger", "web", "email"]))
def test_a_message_can_be_read_again(make_preview: MakePreview, body: str, channel: str) -> None:
    """What stands in the bubble is the text; what cannot be seen is there by its name."""
    if channel == "email" and re.search(r"<\w", body):
        return
    assert _Reader(_page(make_preview(channel, body=body))).said == _shown(body)


def test_nothing_is_asked_of_anybody(make_preview: MakePreview) -> None:
    """There is no address in the page, and the policy allows its own styles alone."""
    page = _page(make_preview("sms"), make_preview("web"))
    assert "http:" not in page
    assert "https:" not in page
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    assert "default-src &#x27;none&#x27;; style-src &#x27;sha256-" in policy[1]
    assert "unsafe" not in policy[1]


def test_styles_in_place_are_allowed_for_the_sake_of_mails_alone(
    make_preview: MakePreview,
) -> None:
    """A mail's HTML has its own; the frame that holds it may do nothing."""
    page = _page(make_preview("email", body="<p onclick=x>Hi</p>"))
    assert "unsafe-inline" in page
    assert '<iframe title="The mail&#x27;s text as HTML" sandbox="" srcdoc=' in page
    assert "unsafe-inline" not in _page(make_preview("email", body="Hi"))
    assert "<iframe" not in _page(make_preview("email", body="Hi"))


def test_a_page_of_recipients_says_whom_it_is_for(make_preview: MakePreview) -> None:
    """Whoever finds it open knows that it is not to be passed on."""
    assert "for you alone" in _page(replace(make_preview(), recipients="r.csv"))
    assert "for you alone" not in _page(make_preview())


@pytest.mark.parametrize(("count", "listed"), [(1, False), (3, True)])
def test_several_playbooks_have_a_list(
    make_preview: MakePreview, count: int, *, listed: bool
) -> None:
    """Of one there is nothing to list."""
    page = _page(*([make_preview()] * count))
    assert ('<nav aria-label="Playbooks">' in page) is listed
    assert page.count('<section class="playbook"') == count
    assert page.count("<h1") == 1


def test_what_cannot_be_rendered_is_there_with_its_findings() -> None:
    """A broken playbook is not passed over."""
    assert "broken.yaml" in _page(Preview("broken.yaml"))
