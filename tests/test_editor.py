"""What an editor says while a playbook is written, asked of the real YAML language server.

Editors such as VS Code, Neovim and JetBrains' start it and talk to it as this test does:
https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/
"""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

_ROOT = Path(__file__).parent.parent
_SERVER = _ROOT / "tests" / "node" / "node_modules" / "yaml-language-server"
_DOCUMENTED = (_ROOT / "docs" / "editor.md").read_text("utf-8")
_SETTINGS = {
    "yaml": {
        "validate": True,
        "hover": True,
        "completion": True,
        "schemaStore": {"enable": False},  # it would ask the network
        "kubernetesCRDStore": {"enable": False},
    }
}
_MODELINE = "# yaml-language-server: $schema={schema}\n"

pytestmark = pytest.mark.skipif(
    shutil.which("node") is None or not _SERVER.is_dir(),
    reason="needs node and `npm ci` in tests/node",
)


class Editor:
    """The side of the language server protocol that an editor has."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._number = 0
        self._diagnostics: dict[str, list[dict[str, Any]]] = {}
        self._server = subprocess.Popen(
            ["node", str(_SERVER / "bin" / "yaml-language-server"), "--stdio"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        root = folder.as_uri()
        abilities = {
            "textDocument": {
                "completion": {"completionItem": {"documentationFormat": ["markdown"]}},
                "hover": {"contentFormat": ["markdown"]},
            },
            "workspace": {"configuration": True},
        }
        self.ask(
            "initialize",
            {
                "processId": None,
                "rootUri": root,
                "capabilities": abilities,
                "workspaceFolders": [{"uri": root, "name": "playbooks"}],
            },
        )
        self.tell("initialized", {})
        self.tell("workspace/didChangeConfiguration", {"settings": _SETTINGS})

    def open(self, name: str, text: str) -> list[dict[str, Any]]:
        """Open a file and return the server's diagnostics."""
        uri = (self.folder / name).as_uri()
        self._diagnostics.pop(uri, None)
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self.tell("textDocument/didOpen", {"textDocument": document})
        while uri not in self._diagnostics:
            self._read()
        return self._diagnostics[uri]

    def at(self, method: str, name: str, line: int, character: int) -> Any:
        """Ask something about a place in an open file; both numbers count from 0."""
        place = {"line": line, "character": character}
        document = {"uri": (self.folder / name).as_uri()}
        return self.ask(f"textDocument/{method}", {"textDocument": document, "position": place})

    def ask(self, method: str, parameters: Any) -> Any:
        """Send a request and return the result."""
        self._number += 1
        self._send({"id": self._number, "method": method, "params": parameters})
        while True:
            message = self._read()
            if message.get("id") == self._number and "method" not in message:
                assert "error" not in message, message
                return message["result"]

    def tell(self, method: str, parameters: Any) -> None:
        """Send a notification."""
        self._send({"method": method, "params": parameters})

    def close(self) -> None:
        """Let the server end, as an editor does."""
        self.ask("shutdown", None)
        self.tell("exit", None)
        self._server.communicate(timeout=60)

    def _send(self, message: dict[str, Any]) -> None:
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        stream = self._server.stdin
        assert stream is not None
        stream.write(b"Content-Length: %d\r\n\r\n" % len(data) + data)
        stream.flush()

    def _read(self) -> dict[str, Any]:
        """Read one message; keep diagnostics, and answer what the server asks."""
        stream = self._server.stdout
        assert stream is not None
        size = 0
        while line := stream.readline().strip():
            if line.lower().startswith(b"content-length:"):
                size = int(line.partition(b":")[2])
        assert size, "the language server has ended"
        message = cast("dict[str, Any]", json.loads(stream.read(size)))
        if message.get("method") == "textDocument/publishDiagnostics":
            found = message["params"]
            self._diagnostics[found["uri"]] = found["diagnostics"]
        elif "method" in message and "id" in message:
            self._send({"id": message["id"], "result": self._answer(message)})
        return message

    def _answer(self, message: dict[str, Any]) -> Any:
        if message["method"] != "workspace/configuration":
            return None
        return [_SETTINGS.get(item["section"], {}) for item in message["params"]["items"]]


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    """Return an editor in a folder that has the schemas as `flexplay schema` prints them."""
    folder = tmp_path_factory.mktemp("editor")
    for name in ("playbook", "playbook-test", "project"):
        shutil.copy(_ROOT / "schemas" / f"{name}.schema.json", folder)
    editor = Editor(folder)
    yield editor
    editor.close()


def _text(body: str, schema: str = "playbook.schema.json") -> str:
    return _MODELINE.format(schema=schema) + body


def _example(kind: str, name: str) -> str:
    text = (_ROOT / "tests" / "examples" / kind / name).read_text("utf-8")
    return _text(text)


def _labels(completions: Any) -> dict[str, Any]:
    items = completions["items"] if isinstance(completions, dict) else completions
    return {item["label"]: item for item in items}


@pytest.mark.parametrize("name", ["minimal.yaml", "sms.yaml", "email.yaml", "chat.yaml"])
def test_a_valid_playbook_has_no_diagnostics(editor: Editor, name: str) -> None:
    """What flexplay takes, the editor does not complain of."""
    assert editor.open(f"valid-{name}", _example("valid", name)) == []


@pytest.mark.parametrize(
    ("name", "line", "said"),
    [
        ("unknown-key.yaml", 14, "mesage"),
        ("number-address.yaml", 6, "string"),
        ("bad-channel.yaml", 4, "whatsapp"),
        ("missing-body.yaml", None, "body"),
        ("body-and-content.yaml", None, ""),
    ],
)
def test_an_invalid_playbook_is_underlined(
    editor: Editor, name: str, line: int | None, said: str
) -> None:
    """The editor marks the line that flexplay's finding names."""
    diagnostics = editor.open(f"invalid-{name}", _example("invalid", name))
    # The modeline is a line more than the example has: the numbers from 0 are those from 1.
    found = [
        each["message"] for each in diagnostics if line in (None, each["range"]["start"]["line"])
    ]
    assert any(said in message for message in found), diagnostics


@pytest.mark.parametrize("dialect", ["# yaml-language-server: $schema=", "# $schema: "])
def test_the_documented_first_lines_work(editor: Editor, dialect: str) -> None:
    """What docs/editor.md says to write makes the server know the schema."""
    assert f"\n{dialect}../schemas/playbook.schema.json\n" in _DOCUMENTED
    name = f"dialect-{len(dialect)}.yaml"
    diagnostics = editor.open(name, f"{dialect}playbook.schema.json\nversion: 2\n")
    assert any(each["range"]["start"]["line"] == 1 for each in diagnostics), diagnostics


def test_the_documented_line_of_toml_is_that_of_our_example() -> None:
    """Taplo has a directive of its own; our TOML playbook begins with it."""
    line = "#:schema ../schemas/playbook.schema.json\n"
    assert f"\n{line}" in _DOCUMENTED
    example = _ROOT / "playbooks" / "web-callback.toml"
    assert example.read_text("utf-8").startswith(line)


def test_tests_are_helped_too(editor: Editor) -> None:
    """A file of tests has a schema of its own, which its documented first line names."""
    line = "# yaml-language-server: $schema=../schemas/playbook-test.schema.json\n"
    assert f"\n{line}" in _DOCUMENTED
    examples = sorted((_ROOT / "playbooks").glob("*.test.yaml"))
    assert examples
    for example in examples:
        text = example.read_text("utf-8")
        assert text.startswith(line)
        body = text.removeprefix(line)
        assert editor.open(example.name, _text(body, "playbook-test.schema.json")) == []
    body = "tests:\n  - name: a\n    expect:\n      \n"
    editor.open("keys.test.yaml", _text(body, "playbook-test.schema.json"))
    offered = _labels(editor.at("completion", "keys.test.yaml", 4, 6))
    assert {"body", "requests", "held_until", "rejected", "segments"} <= set(offered)


def test_keys_are_completed_with_their_description(editor: Editor) -> None:
    """At the start of a line every key that may stand there is offered, those there already not."""
    text = _text("version: 1\nname: reminder\n\n")
    editor.open("keys.yaml", text)
    offered = _labels(editor.at("completion", "keys.yaml", 3, 0))
    assert {"channel", "participants", "message", "recipients", "delivery"} <= set(offered)
    assert not {"version", "name"} & set(offered)
    described = offered["recipients"]["documentation"]
    assert _described("recipients") in (
        described if isinstance(described, str) else described["value"]
    )


def test_values_are_completed(editor: Editor) -> None:
    """Where a value is one of a few, the editor offers these."""
    editor.open("values.yaml", _text("channel:\n  type: \ndelivery:\n  on_open_conversation: \n"))
    channels = _labels(editor.at("completion", "values.yaml", 2, 8))
    assert {"sms", "whatsapp", "chat", "web", "email", "messenger"} <= set(channels)
    policies = _labels(editor.at("completion", "values.yaml", 4, 24))
    assert {"hold", "append", "fail"} <= set(policies)


@pytest.mark.parametrize(
    ("line", "column", "path"),
    [
        (2, 2, ("name",)),
        (4, 4, ("channel", "type")),
        (6, 4, ("delivery", "on_open_conversation")),
    ],
)
def test_a_key_explains_itself(
    editor: Editor, line: int, column: int, path: tuple[str, ...]
) -> None:
    """Resting on a key shows what it is for, in the words of the schema."""
    body = "version: 1\nname: a\nchannel:\n  type: sms\ndelivery:\n  on_open_conversation: hold\n"
    editor.open("hover.yaml", _text(body))
    shown = editor.at("hover", "hover.yaml", line, column)["contents"]["value"]
    assert _described(*path) in _unescape(shown)


def test_the_project_file_is_helped_too(editor: Editor) -> None:
    """flexplay.yaml has a schema of its own."""
    body = "version: 1\nenvironments:\n  staging:\n    lve: true\n"
    diagnostics = editor.open("flexplay.yaml", _text(body, "project.schema.json"))
    assert [each["range"]["start"]["line"] for each in diagnostics] == [4]


def _described(*path: str) -> str:
    """Return the first sentence of a property's description."""
    part = json.loads((_ROOT / "schemas" / "playbook.schema.json").read_text("utf-8"))
    for step in path:
        part = part["properties"][step]
    return str(part["description"]).partition(":")[0].partition(". ")[0].rstrip(".")


def _unescape(markdown: str) -> str:
    return markdown.replace("\\", "").replace("&nbsp;", " ").replace("&#x27;", "'")
