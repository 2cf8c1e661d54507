"""`flexplay diff` in real repositories."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Flexplay = Callable[..., Any]
PLAYBOOK = """\
version: 1
name: reminder
channel: { type: sms }
participants: [{ address: "{{ recipient.phone }}", proxy_address: "{{ vars.sender }}" }]
routing:
  properties:
    workspace_sid: WS0123456789abcdef0123456789abcdef
    workflow_sid: WW0123456789abcdef0123456789abcdef
    queue_sid: WQ0123456789abcdef0123456789abcdef
    worker_sid: WK0123456789abcdef0123456789abcdef
    attributes: { customerName: "{{ recipient.name }}" }
message:
  author: Clinic
  body: Hi {{ recipient.name }}, see you {{ recipient.day }}.
recipients:
  key: "{{ recipient.id }}"
  schema:
    type: object
    required: [id, name, phone, day]
    properties: { phone: { type: string, format: phone } }
samples:
  - { id: A-1, name: Ann, phone: "+13115552368", day: Monday }
  - { id: A-2, name: Bob, phone: "+13115552369", day: Tuesday }
vars: { sender: "+19255550100" }
"""
ROWS = "id,name,phone,day\n1,Zoe,+13115552361,Friday\n2,Yan,+13115552362,Friday\n"


@pytest.fixture
def desk(repository: Any) -> Any:
    """Return a repository with one playbook, committed."""
    repository.commit(playbooks__reminder_yaml=PLAYBOOK)
    return repository


def _edit(desk: Any, *edits: tuple[str, str], file: str = "playbooks/reminder.yaml") -> None:
    text = (desk.folder / file).read_text("utf-8")
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    desk.write(file, text)


def _json(flexplay: Flexplay, *words: str) -> dict[str, Any]:
    ran = flexplay("diff", "--base", "HEAD", *words, "--format", "json")
    document: dict[str, Any] = json.loads(ran.out)
    assert document["exit_code"] == ran.code, ran.err
    return document


def _one(flexplay: Flexplay, *words: str) -> dict[str, Any]:
    (playbook,) = _json(flexplay, *words)["playbooks"]
    found: dict[str, Any] = playbook
    return found


def _changes(playbook: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [(each["part"], each["before"], each["after"]) for each in playbook["changes"]]


def test_equal_trees_have_no_difference(flexplay: Flexplay, desk: Any) -> None:
    """Nothing is printed but that."""
    del desk
    ran = flexplay("diff", "--base", "main", "--detailed-exitcode")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err.startswith("No difference in 1 playbook: the work tree compared with main (")


def test_a_changed_text_is_shown_word_by_word(flexplay: Flexplay, desk: Any) -> None:
    """Once for all samples that change alike, with what it costs and what to type next."""
    _edit(desk, ("see you {{", "meet you “soon” on {{"))
    ran = flexplay("diff", "--base", "main")
    assert ran.code == 0
    assert ran.out == (
        "playbooks/reminder.yaml: text\n"
        "  message.body  2 samples, first sample 1\n"
        "    Hi Ann, [-see-]{+meet+} you {+“soon” on +}Monday.\n"
        "    = 1 segment each, GSM-7 → UCS-2\n"
        "\n"
    )
    assert ran.err.endswith("See it whole: flexplay preview playbooks/reminder.yaml\n")


def test_the_comment_begins_with_the_sum_and_can_be_found_again(
    flexplay: Flexplay, desk: Any
) -> None:
    """Markdown, in which what goes and comes is told without colours."""
    _edit(desk, ("see you {{", "we <3 {{"), ("recipient.id }}", "recipient.id }}-{{ env }}"))
    sha = desk.git("rev-parse", "main")[:9]
    ran = flexplay("diff", "--base", "main", "--format", "markdown")
    key = (
        'the key of every sample changes ("A-1" becomes "A-1-default", "A-2" becomes "A-2-default")'
    )
    again = "who has got the message under the old one would get it under the new one too"
    assert ran.out == (
        "**flexplay diff**: EVERYBODY WOULD BE MESSAGED AGAIN; "
        f"1 of 1 playbook differs (1 changed): the work tree compared with main ({sha}).\n"
        "<!-- flexplay diff -->\n"
        "\n"
        f"- **EVERYBODY WOULD BE MESSAGED AGAIN**: {key}, and {again} "
        "(in playbooks/reminder.yaml)\n"
        "\n"
        "<details><summary><b>playbooks/reminder.yaml</b>: key, text, settings</summary>\n"
        "\n"
        "**message.body** 2 samples; 1 segment each as before\n"
        "<pre>Hi Ann, <del>see you</del><ins>we &lt;3</ins> Monday.</pre>\n"
        "\n"
        "- **recipients.key** <code>{{ recipient.id }}</code> → "
        "<code>{{ recipient.id }}-{{ env }}</code>\n"
        "\n"
        "</details>\n"
    )


def test_colours_say_nothing_that_the_words_do_not(
    flexplay: Flexplay, desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever takes them away reads the same."""
    _edit(desk, ("see you", "meet"), ("name: reminder", "name: notice"))
    plain = flexplay("diff", "--base", "main").out
    monkeypatch.setenv("FORCE_COLOR", "1")
    coloured = flexplay("diff", "--base", "main").out
    assert "\x1b[31m[-see you-]\x1b[0m\x1b[32m{+meet+}\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


_HI = "{{ vars.hi }} Ann."
_PROJECT = "environments: { default: { vars: { hi: Hi } } }"
_PROJECT_TOML = "[environments.default.vars]\nhi = 'Hi'\n"


@pytest.mark.parametrize(
    ("before", "file"),
    [
        ({"playbooks__t_j2": "Hi {{ recipient.name }}."}, "playbooks/t.j2"),
        (
            {"playbooks__t_j2": "{% include 'u.j2' %}", "playbooks__u_j2": "Hi Ann."},
            "playbooks/u.j2",
        ),
        ({"playbooks__t_j2": _HI, "flexplay_yaml": _PROJECT}, "flexplay.yaml"),
        ({"playbooks__t_j2": _HI, "flexplay_toml": _PROJECT_TOML}, "flexplay.toml"),
    ],
)
def test_what_a_message_is_made_of_counts_wherever_it_stands(
    flexplay: Flexplay, desk: Any, before: dict[str, str], file: str
) -> None:
    """A template, what it includes, a variable of the project: rendering decides."""
    text = PLAYBOOK.replace(
        "body: Hi {{ recipient.name }}, see you {{ recipient.day }}.", "template: t.j2"
    )
    desk.commit(playbooks__reminder_yaml=text, **before)
    _edit(desk, ("Hi", "Hello"), file=file)
    playbook = _one(flexplay)
    assert playbook["state"] == "changed"
    assert ("message.body", "Hi Ann.", "Hello Ann.") in _changes(playbook)


def test_routing_and_sender_are_told_by_their_paths(flexplay: Flexplay, desk: Any) -> None:
    """They are no text, and yet matter to whom the answer goes."""
    _edit(desk, ("queue_sid: WQ0", "queue_sid: WQ1"), ("+19255550100", "+19255550111"))
    playbook = _one(flexplay)
    queue = "Q0123456789abcdef0123456789abcdef"
    assert _changes(playbook) == [
        ("participants[0].proxy_address", "+19255550100", "+19255550111"),
        ("routing.properties.queue_sid", f"W{queue}", f"W{queue.replace('Q0', 'Q1')}"),
    ]
    assert [each["kind"] for each in playbook["changes"]] == ["sender", "routing"]


def test_environments_are_compared_one_by_one(flexplay: Flexplay, desk: Any) -> None:
    """What changes alike in several is told once; --env looks at one alone."""
    project = "environments: { a: { vars: { sender: '+19255550101' } }, b: {} }"
    desk.commit(flexplay_yaml=project)
    desk.write("flexplay.yaml", project.replace("0101", "0102"))
    _edit(desk, ("see you", "meet"))
    counts = [each["counts"] for each in _one(flexplay)["changes"]]
    assert counts == [{"a": 2, "b": 2}, {"a": 2}]
    assert [each["counts"] for each in _one(flexplay, "--env", "b")["changes"]] == [{"b": 2}]
    ran = flexplay("diff", "--base", "HEAD", "--env", "c")
    assert (ran.code, ran.err.splitlines()) == (
        2, ['flexplay: there is no environment "c"', "  = there is: a, b"],
    )  # fmt: skip


def test_the_environments_themselves_are_compared(flexplay: Flexplay, desk: Any) -> None:
    """One that may reach real people is told in capitals, once for all playbooks."""
    desk.commit(
        flexplay_yaml="environments: { a: { live: false } }",
        playbooks__other_yaml=PLAYBOOK.replace("name: reminder", "name: other"),
    )
    desk.write("flexplay.yaml", "environments: { a: { live: true }, b: {} }")
    document = _json(flexplay)
    (project,) = document["projects"]
    assert [each["headline"] for each in project["alarms"]] == ["a WOULD REACH REAL PEOPLE"]
    assert [each["path"] for each in project["settings"]] == ["a.live", "b"]
    assert document["differs"]
    assert {each["state"] for each in document["playbooks"]} == {"same"}
    ran = flexplay("diff", "--base", "HEAD")
    assert "flexplay.yaml: environments\n  ! a WOULD REACH REAL PEOPLE: live" in ran.out
    assert ran.err.startswith("a WOULD REACH REAL PEOPLE; 0 of 2 playbooks differ; 1 project file")


def test_a_project_file_that_is_new_stands_for_the_one_environment_before(
    flexplay: Flexplay, desk: Any
) -> None:
    """Without a project file there is one environment, whatever it is called afterwards."""
    desk.write("flexplay.yaml", "environments: { a: {}, b: {} }")
    _edit(desk, ("see you", "meet"))
    assert [each["counts"] for each in _one(flexplay)["changes"]] == [{"a": 2, "b": 2}]


def test_a_project_file_above_the_repository_is_the_same_for_all_commits(
    flexplay: Flexplay, desk: Any
) -> None:
    """It is in no commit."""
    project = desk.folder.parent / "flexplay.yaml"
    project.write_text("environments: { a: { vars: { sender: '+19255550177' } } }", "utf-8")
    assert _one(flexplay)["state"] == "same"
    _edit(desk, ("see you", "meet"))
    assert [each["counts"] for each in _one(flexplay)["changes"]] == [{"a": 2}]


@pytest.mark.parametrize("moved", [False, True])
def test_another_name_raises_the_alarm(flexplay: Flexplay, desk: Any, *, moved: bool) -> None:
    """The name is a part of the identity; also in a file that moved at the same time."""
    _edit(desk, ("name: reminder", "name: notice"))
    if moved:
        desk.git("mv", "playbooks/reminder.yaml", "notice.yaml")
    playbook = _one(flexplay)
    assert (playbook["name_before"], playbook["name"]) == ("reminder", "notice")
    assert playbook["file"] == ("notice.yaml" if moved else "playbooks/reminder.yaml")
    assert [each["kind"] for each in playbook["alarms"]] == ["name"]
    assert playbook["alarms"][0]["headline"] == "EVERYBODY WOULD BE MESSAGED AGAIN"


def test_a_file_that_only_moved_sends_the_same(flexplay: Flexplay, desk: Any) -> None:
    """Its name is what it is known by."""
    desk.git("mv", "playbooks/reminder.yaml", "moved.yaml")
    assert _one(flexplay)["state"] == "same"


def test_new_and_deleted_playbooks_are_told(flexplay: Flexplay, desk: Any) -> None:
    """Of a new one with all that it says."""
    other = PLAYBOOK.replace("name: reminder", "name: other").replace("Hi", "Dear")
    desk.write("other.yaml", "\n\n\n" + "".join(f"# {other[:9]}{n}\n" for n in range(60)) + other)
    desk.git("rm", "--quiet", "playbooks/reminder.yaml")
    new, deleted = _json(flexplay)["playbooks"]
    assert (new["state"], deleted["state"]) == ("new", "deleted")
    assert _changes(new) == [
        ("message.author", None, "Clinic"),
        ("message.body", None, "Dear Ann, see you Monday."),
    ]
    out = flexplay("diff", "--base", "HEAD").out
    assert "other.yaml: new\n" in out
    assert "    {+Dear Ann, see you Monday.+}\n    = 1 segment each, GSM-7\n" in out
    assert "playbooks/reminder.yaml: deleted; nothing is sent any more\n" in out


def test_a_playbook_that_is_invalid_now_is_told_and_the_others_are_compared(
    flexplay: Flexplay, desk: Any
) -> None:
    """Exit code 1, with the finding and what to type."""
    desk.commit(playbooks__other_yaml=PLAYBOOK.replace("name: reminder", "name: other"))
    _edit(desk, ("message:", "massage:"))
    _edit(desk, ("see you", "meet"), file="playbooks/other.yaml")
    ran = flexplay("diff", "--base", "HEAD", "--detailed-exitcode")
    assert ran.code == 1
    assert "playbooks/reminder.yaml: INVALID NOW, so it is not compared\n" in ran.out
    assert "now: playbooks/reminder.yaml:12:1: error FP102: " in ran.out
    assert "Hi Ann, [-see you-]{+meet+} Monday." in ran.out
    assert ran.err.endswith("Mend it first: flexplay validate playbooks/reminder.yaml\n")


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("message:", "massage:"),
        ("recipient.day }}", "recipient.day }"),
        ("version: 1", "version: ["),
    ],
)
def test_a_playbook_that_was_invalid_before_is_as_good_as_new(
    flexplay: Flexplay, desk: Any, good: str, bad: str
) -> None:
    """A wrong shape, a template that cannot be read, a file that cannot be parsed."""
    desk.commit(playbooks__reminder_yaml=PLAYBOOK.replace(good, bad))
    desk.write("playbooks/reminder.yaml", PLAYBOOK)
    playbook = _one(flexplay)
    assert playbook["state"] == "mended"
    assert ("message.body", None, "Hi Ann, see you Monday.") in _changes(playbook)
    assert playbook["inclusions"] == []
    files = {finding["file"] for finding in playbook["findings_before"]}
    assert files == {"playbooks/reminder.yaml"}
    assert "before: playbooks/reminder.yaml:" in flexplay("diff", "--base", "HEAD").out


def test_a_playbook_that_stays_invalid_is_a_finding_and_no_difference(
    flexplay: Flexplay, desk: Any
) -> None:
    """Another fault in its place is one."""
    desk.commit(playbooks__reminder_yaml=PLAYBOOK.replace("message:", "massage:"))
    ran = flexplay("diff", "--base", "HEAD")
    assert ran.code == 1
    assert "playbooks/reminder.yaml: INVALID, as it was before\n" in ran.out
    assert ran.err.startswith("No difference in 1 playbook")
    desk.write("playbooks/reminder.yaml", PLAYBOOK.replace("message:", "messages:"))
    assert flexplay("diff", "--base", "HEAD").err.startswith("1 of 1 playbook differs (1 invalid)")


def test_an_invalid_project_file_is_told_once(flexplay: Flexplay, desk: Any) -> None:
    """Nothing can be rendered in environments that nobody knows."""
    desk.commit(
        flexplay_yaml="environments: { a: {} }",
        playbooks__other_yaml=PLAYBOOK.replace("name: reminder", "name: other"),
    )
    desk.write("flexplay.yaml", "environments: { a: { lvie: true } }")
    document = _json(flexplay)
    assert [each["state"] for each in document["playbooks"]] == ["invalid", "invalid"]
    assert [(each["file"], each["code"]) for each in document["findings"]] == [
        ("flexplay.yaml", "FP102")
    ]


def test_samples_that_come_go_and_change_are_told(flexplay: Flexplay, desk: Any) -> None:
    """An edited one is no change of the playbook's, and says so."""
    _edit(
        desk,
        ("name: Bob", "name: Rob"),
        (
            "samples:\n",
            "samples:\n  - { id: A-3, name: Cem, phone: '+13115552370', day: Sunday }\n",
        ),
    )
    playbook = _one(flexplay)
    assert [(each["what"], each["examples"]) for each in playbook["inclusions"]] == [
        ("added", ["sample 1"]), ("edited", ["sample 3"]),
    ]  # fmt: skip
    assert ("message.body", "Hi Bob, see you Tuesday.", "Hi Rob, see you Tuesday.") in _changes(
        playbook
    )
    assert ("message.body", None, "Hi Cem, see you Sunday.") in _changes(playbook)
    out = flexplay("diff", "--base", "HEAD").out
    assert "  1 sample edited, so what follows may come from there: sample 3\n" in out


def test_a_sample_that_is_rejected_now_is_a_finding(flexplay: Flexplay, desk: Any) -> None:
    """With its place in the playbook."""
    _edit(desk, ("recipient.day }}", "recipient.date }}"))
    document = _json(flexplay)
    (playbook,) = document["playbooks"]
    assert document["exit_code"] == 1
    (met,) = playbook["inclusions"]
    assert (met["what"], met["counts"]) == ("rejected", {"default": 2})
    assert met["examples"][0].startswith("sample 1: FP201 ")
    assert {each["file"] for each in document["findings"]} == {"playbooks/reminder.yaml"}


def test_settings_are_told_as_they_are_written(flexplay: Flexplay, desk: Any) -> None:
    """What says when and how fast, and what a row must look like."""
    desk.write("playbooks/reminder.yaml", PLAYBOOK + "delivery: { rate: 5/s }\n")
    assert "  delivery.rate: (not set) → 5/s\n" in flexplay("diff", "--base", "main").out


def test_without_samples_the_templates_are_compared(flexplay: Flexplay, desk: Any) -> None:
    """Nothing can be rendered, and yet the change is told."""
    bare = PLAYBOOK.partition("samples:")[0] + "vars: { sender: '+19255550100' }\n"
    desk.commit(playbooks__reminder_yaml=bare)
    ran = flexplay("diff", "--base", "HEAD")
    unseen = "nothing of playbooks/reminder.yaml was rendered on both sides: add samples"
    assert (ran.out, unseen in ran.err) == ("", True)
    _edit(desk, ("see you", "meet"))
    playbook = _one(flexplay)
    assert [each["path"] for each in playbook["settings"]] == ["message.body"]
    assert unseen in flexplay("diff", "--base", "HEAD", "--format", "markdown").out


def test_recipients_are_grouped_without_their_values(flexplay: Flexplay, desk: Any) -> None:
    """Outside of a terminal nobody reads who they are, in any format."""
    desk.write("r.csv", ROWS)
    _edit(desk, ("see you", "meet"))
    for style in ("text", "markdown", "json"):
        ran = flexplay("diff", "--base", "main", "-r", "r.csv", "--format", style)
        assert ran.code == 0
        assert "‹name›" in ran.out
        assert not any(value in ran.out for value in ("Zoe", "Yan", "Friday", "1555236"))
    playbook = _one(flexplay, "-r", "r.csv")
    assert playbook["rendered"] == {"samples": 2, "recipients": 2}
    (found,) = [each for each in playbook["changes"] if each["subject"] == "recipient"]
    assert (found["before"], found["after"], found["counts"], found["first"]) == (
        "Hi ‹name›, see you ‹day›.", "Hi ‹name›, meet ‹day›.", {"default": 2}, "r.csv:2",
    )  # fmt: skip


def test_a_difference_within_the_values_is_shown_on_a_terminal_only(
    flexplay: Flexplay, desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Elsewhere it is said that there is one."""
    desk.write("r.csv", ROWS)
    _edit(desk, ("recipient.name }}, see", "recipient.name | upper }}, see"))
    words = ("diff", "--base", "main", "-r", "r.csv")
    out = flexplay(*words).out
    assert "Hi ‹name›, see you ‹day›.\n    (the difference is within the values" in out
    assert "within the values" in flexplay(*words, "--format", "markdown").out
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "Hi [-Zoe-]{+ZOE+}, see you Friday." in flexplay(*words).out


def test_rows_that_are_rejected_now_are_told(flexplay: Flexplay, desk: Any) -> None:
    """A playbook that asks for more than the rows have; and one that asks for less."""
    desk.write("r.csv", ROWS)
    _edit(
        desk,
        ("[id, name, phone, day]", "[id, name, phone, day, room]"),
        ("day: ", "room: 5, day: "),
    )
    ran = flexplay("diff", "--base", "main", "-r", "r.csv")
    assert ran.code == 1
    assert "now: r.csv:1:1: error FP21" in ran.out
    desk.commit()
    desk.write("playbooks/reminder.yaml", PLAYBOOK)
    playbook = _one(flexplay, "-r", "r.csv")
    (met,) = [each for each in playbook["inclusions"] if each["subject"] == "recipient"]
    assert (met["what"], met["counts"]) == ("accepted", {"default": 2})


def test_a_row_is_judged_as_a_run_would_judge_it(flexplay: Flexplay, desk: Any) -> None:
    """A key that stands twice is rejected on the side where it does."""
    desk.write("r.csv", ROWS)
    _edit(desk, ("recipient.id }}", "recipient.day }}"), ("day: Monday", "day: Sunday"))
    playbook = _one(flexplay, "-r", "r.csv")
    (met,) = [each for each in playbook["inclusions"] if each["subject"] == "recipient"]
    assert (met["what"], met["counts"]) == ("rejected", {"default": 1})
    assert met["examples"] == [
        'r.csv:3: FP225 the key "Friday" stands twice, with two different messages'
    ]


def test_recipients_go_with_one_playbook(flexplay: Flexplay, desk: Any) -> None:
    """And are read twice, so they cannot be piped in."""
    desk.write("other.yaml", PLAYBOOK.replace("name: reminder", "name: other"))
    ran = flexplay("diff", "--base", "main", "-r", "r.csv")
    assert (ran.code, "goes with one playbook, and here are 2" in ran.err) == (2, True)
    ran = flexplay("diff", "--base", "main", "-r", "-", "other.yaml")
    assert (ran.code, "standard input can be read once" in ran.err) == (2, True)


def test_a_folder_within_the_repository_is_compared_alone(
    flexplay: Flexplay, desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names are as they are typed there; the project file above counts."""
    desk.commit(
        flexplay_yaml="environments: { a: {} }",
        playbooks__deep__other_yaml=PLAYBOOK.replace("name: reminder", "name: other"),
    )
    _edit(desk, ("see you", "meet"))
    _edit(desk, ("see you", "meet"), file="playbooks/deep/other.yaml")
    monkeypatch.chdir(desk.folder / "playbooks" / "deep")
    playbook = _one(flexplay)
    assert (playbook["file"], playbook["changes"][0]["counts"]) == ("other.yaml", {"a": 2})
    files = [each["file"] for each in _json(flexplay, "..")["playbooks"]]
    assert files == ["other.yaml", "../reminder.yaml"]
    assert _one(flexplay, "../reminder.yaml")["file"] == "../reminder.yaml"


def test_a_named_project_file_stands_for_its_playbooks(flexplay: Flexplay, desk: Any) -> None:
    """A tool that passes on the names of changed files may name it."""
    desk.commit(flexplay_yaml="environments: { a: {} }")
    assert _one(flexplay, "flexplay.yaml")["file"] == "playbooks/reminder.yaml"


def test_a_named_playbook_may_be_gone(flexplay: Flexplay, desk: Any) -> None:
    """It need only have been there; what never was is a mistake."""
    desk.git("rm", "--quiet", "playbooks/reminder.yaml")
    assert _one(flexplay, "playbooks/reminder.yaml")["state"] == "deleted"
    ran = flexplay("diff", "--base", "HEAD", "playbooks/remindre.yaml")
    assert (ran.code, "neither now nor before" in ran.err) == (2, True)


def test_a_path_outside_of_the_repository_is_refused(flexplay: Flexplay, desk: Any) -> None:
    """There is no earlier state of it."""
    ran = flexplay("diff", "--base", "main", desk.folder.parent)
    assert (ran.code, f"is outside of the repository {desk.folder}" in ran.err) == (2, True)


def test_a_symbolic_link_to_the_repository_is_the_repository(
    flexplay: Flexplay, desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Git knows folders by their real names."""
    link = desk.folder.parent / "link"
    link.symlink_to(desk.folder)
    monkeypatch.chdir(link)
    _edit(desk, ("see you", "meet"))
    assert _one(flexplay, str(link / "playbooks"))["file"] == "playbooks/reminder.yaml"


@pytest.mark.parametrize("name", ["nowhere", "HEAD:playbooks", "-x"])
def test_a_base_that_is_no_commit_is_a_usage_error(
    flexplay: Flexplay, desk: Any, name: str
) -> None:
    """In JSON too, where JSON was asked for."""
    del desk
    ran = flexplay("diff", f"--base={name}")
    assert (ran.code, ran.out) == (2, "")
    ran = flexplay("diff", f"--base={name}", "--format", "json")
    assert json.loads(ran.out)["exit_code"] == ran.code == 2


def test_two_commits_are_compared(flexplay: Flexplay, desk: Any) -> None:
    """The work tree does not matter then."""
    _edit(desk, ("see you", "meet"))
    desk.commit()
    _edit(desk, ("message:", "massage:"))
    playbook = _one(flexplay, "--base", "HEAD~1", "--head", "HEAD")
    assert (playbook["file"], playbook["changes"][0]["after"]) == (
        "playbooks/reminder.yaml", "Hi Ann, meet Monday.",
    )  # fmt: skip


def test_the_merge_base_leaves_out_what_others_did(flexplay: Flexplay, desk: Any) -> None:
    """A branch is compared with what it began from."""
    desk.git("switch", "--quiet", "--create", "topic")
    desk.git("switch", "--quiet", "main")
    desk.commit(playbooks__reminder_yaml=PLAYBOOK.replace("see you", "meet"))
    desk.git("switch", "--quiet", "topic")
    assert _one(flexplay, "--base", "main")["state"] == "changed"
    assert _one(flexplay, "--base", "main", "--merge-base")["state"] == "same"


@pytest.mark.parametrize(
    ("edit", "detailed", "code"),
    [
        (("A-1", "A-1"), True, 0),
        (("see you", "meet"), False, 0),
        (("see you", "meet"), True, 3),
        (("recipient.day", "recipient.date"), True, 1),
    ],
)
def test_the_exit_code_tells_what_was_found(
    flexplay: Flexplay, desk: Any, edit: tuple[str, str], *, detailed: bool, code: int
) -> None:
    """0, or 3 for a difference if that was asked for; 1 for findings."""
    _edit(desk, edit)
    words = ("--detailed-exitcode",) if detailed else ()
    assert flexplay("diff", "--base", "main", *words).code == code


def test_the_report_can_go_into_a_file(
    flexplay: Flexplay, desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From where a script posts it; whoever looks at a terminal meanwhile changes nothing."""
    desk.write("r.csv", ROWS)
    _edit(desk, ("recipient.name }}, see", "recipient.name | upper }}, see"))
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    words = ("--base", "main", "-r", "r.csv", "--output", "comment.txt")
    ran = flexplay("diff", *words)
    assert (ran.code, ran.out) == (0, "")
    text = (desk.folder / "comment.txt").read_text("utf-8")
    assert "within the values" in text
    assert not any(sign in text for sign in ("\x1b", "Zoe", "ZOE"))


def test_nothing_is_left_behind(
    flexplay: Flexplay, desk: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither in the repository nor in the folder for temporary files, also after a failure."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    _edit(desk, ("see you", "meet"))
    before = {path: path.read_bytes() for path in desk.folder.rglob("*") if path.is_file()}
    assert flexplay("diff", "--base", "main", "--head", "HEAD").code == 0
    assert flexplay("diff", "--base", "main", "--env", "nowhere").code == 2
    assert {path: path.read_bytes() for path in desk.folder.rglob("*") if path.is_file()} == before
    assert list(folder.iterdir()) == []


def test_a_base_within_the_repository_is_read_whole(
    flexplay: Flexplay, desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody's TMPDIR may be there; what a commit has is not ignored, whatever git would say."""
    desk.write(".gitignore", "reminder.yaml\n")
    (desk.folder / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(desk.folder / "tmp"))
    assert _one(flexplay)["state"] == "same"
