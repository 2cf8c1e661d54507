"""Shows what the demo did: a table of the deliveries, and a conversation as the sandbox has it."""

import json
import sys
import urllib.request
from pathlib import Path
from typing import Any


def main(lines_file: str, sandbox: str) -> None:
    """Print the table and the first conversation."""
    text = Path(lines_file).read_text(encoding="utf-8")
    *deliveries, summary = (json.loads(line) for line in text.splitlines())
    _print_table(deliveries)
    counts = {state: count for state, count in summary["counts"].items() if count}
    print(", ".join(f"{count} {state}" for state, count in counts.items()))
    _print_conversation(deliveries[0]["conversation_sid"], sandbox)


def _print_table(deliveries: list[dict[str, Any]]) -> None:
    print(f"\n{'key':<8} {'recipient':<16} {'state':<8} {'interaction':<12} {'message':<12} row")
    for line in deliveries:
        sids = f"{line['interaction_sid'][:10]}…  {line['message_sid'][:10]}…"
        print(f"{line['key']:<8} {line['address']:<16} {line['state']:<8} {sids}  {line['row']}")


def _print_conversation(sid: str, sandbox: str) -> None:
    with urllib.request.urlopen(f"{sandbox}/_sandbox/ledger") as answer:  # noqa: S310 - loopback
        ledger = json.load(answer)
    found = next(each for each in ledger["conversations"] if each["sid"] == sid)
    print(f"\nConversation {sid} as the sandbox stored it:")
    for message in found["messages"]:
        print(f"  {message['author']}: {message['body']}")


if __name__ == "__main__":
    main(*sys.argv[1:])
