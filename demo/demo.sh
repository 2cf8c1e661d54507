#!/bin/sh
# The main job, end to end, on this machine alone: nothing here reaches Twilio or a phone.
set -eu
cd "$(dirname "$0")/.."
unset FLEXPLAY_BASE_URL TWILIO_ACCOUNT_SID TWILIO_AUTH_TOKEN TWILIO_API_KEY TWILIO_API_SECRET

say() { printf '\n\033[1m%s\033[0m\n' "$1"; }
work=$(mktemp -d)
flexplay sandbox >"$work/url" &
sandbox=$!
trap 'kill $sandbox 2>/dev/null || true; wait $sandbox 2>/dev/null || true; rm -rf "$work"' EXIT
until [ -s "$work/url" ]; do
  kill -0 $sandbox 2>/dev/null || { echo "the sandbox did not start" >&2; exit 1; }
  sleep 0.1
done
url=$(cat "$work/url")

say "1. Check the playbooks   flexplay validate playbooks"
flexplay validate playbooks --format concise

say "2. See exactly what would be sent   flexplay run … --dry-run --limit 1"
flexplay run playbooks/appointment-reminder.yaml --dry-run --limit 1

say "3. Send it to the recipients of a CSV file, at a stand-in for Twilio ($url)"
export TWILIO_ACCOUNT_SID=AC0a1b2c3d4e5f60718293a4b5c6d7e8f9 TWILIO_AUTH_TOKEN=demo
flexplay run playbooks/appointment-reminder.yaml --base-url "$url" --yes --journal "$work/journal.db" --new-journal --format jsonl >"$work/lines"
python demo/show.py "$work/lines" "$url"
