"""A mail's HTML made quiet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.report.mail_html import is_html, quiet_html


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("<p>Hi <b>Ann</b> &amp; all</p>", "<p>Hi <b>Ann</b> &amp; all</p>"),
        ('<p style="color:red">a</p>', '<p style="color:red">a</p>'),
        ("<style>p{color:red}</style>", "<style>p{color:red}</style>"),
        ("<img src='data:image/png;base64,AA'>", '<img src="data:image/png;base64,AA">'),
        ("<p>a<script>alert(1)</script>b</p>", "<p>ab</p>"),
        ("<p onclick=x>a</p>", "<p>a</p>"),
        ("<img src=https://a.example/p.gif>", "<img>"),
        ("<img src='//a.example/p.gif' srcset='x 2x'>", "<img>"),
        ("<table background=https://a.example/p.gif>", "<table>"),
        ("<a href='https://a.example/?a=1&amp;b'>", '<a title="https://a.example/?a=1&amp;b">'),
        ("<style>@import '//b';p{border:url(//b)}</style>", "<style>p{border:}</style>"),
        ("<p style='border:url(&quot;//a.example/a&quot;) red'>", '<p style="border: red">'),
        ("<meta http-equiv=refresh content='0;url=https://a.example'>a", "a"),
        ("<base href=https://a.example/><link rel=stylesheet href=/a.css>a", "a"),
        ("<iframe src=https://a.example/>x</iframe>b", "b"),
        ("<form action=https://a.example/><input formaction=x></form>", "<form><input></form>"),
        ("<object data=a.swf><embed src=b></object>c", "c"),
    ],
)
def test_what_is_shown_stays_and_what_fetches_or_runs_goes(source: str, kept: str) -> None:
    """The look stays; nothing is asked for, run or followed."""
    assert quiet_html(source).partition("</style>")[2] == kept


@given(st.text(st.sampled_from("<>/=\"' &;!-abhrefscriptonclk")))
def test_any_text_can_be_read(source: str) -> None:
    """Whatever the author wrote, something comes out, without scripts."""
    assert "<script" not in quiet_html(source)


@pytest.mark.parametrize("body", ["<!DOCTYPE html><p>", "Hi<br>there", '<a href="x">', "<P>Hi</P>"])
def test_html_is_told_from_text(body: str) -> None:
    """A tag that mails have makes it HTML."""
    assert is_html(body)


@pytest.mark.parametrize("body", ["a < b > c", "Ann <ann@example.org>", "x <y> z", "", "1<2"])
def test_text_with_angles_is_no_html(body: str) -> None:
    """An address or a comparison is no tag."""
    assert not is_html(body)
