#!/bin/sh
# The main job, end to end, on this machine alone: nothing here reaches Twilio or a phone.
set -eu
cd "$(dirname "$0")/.."
unset FLEXPLAY_BASE_URL FLEXPLAY_JOURNAL FLEXPLAY_JOURNAL_KEY
unset TWILIO_ACCOUNT_SID TWILIO_AUTH_TOKEN TWILIO_API_KEY TWILIO_API_SECRET

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
playbook=playbooks/appointment-reminder.yaml

say "1. Check the playbooks and run their tests   flexplay validate playbooks; flexplay test playbooks"
flexplay validate playbooks --format concise
flexplay test playbooks

say "2. See the message as the customer will   flexplay preview $playbook"
flexplay preview "$playbook"

# From here on a stand-in for Twilio answers ($url): no account is needed.
export TWILIO_ACCOUNT_SID=AC0a1b2c3d4e5f60718293a4b5c6d7e8f9 TWILIO_AUTH_TOKEN=demo
export FLEXPLAY_BASE_URL="$url" FLEXPLAY_JOURNAL="$work/journal.db"

say "3. See exactly what would be sent   flexplay run $playbook --dry-run --limit 1"
flexplay run "$playbook" --dry-run --limit 1

say "4. Plan it, and keep the plan for review   flexplay plan $playbook -o plan.json"
flexplay plan "$playbook" -o "$work/plan.json" --new-journal

say "5. Apply exactly this plan   flexplay apply plan.json"
flexplay apply "$work/plan.json" --format jsonl >"$work/lines"
python demo/show.py "$work/lines" "$url"

say "6. Send it again: nobody gets it twice   flexplay run $playbook"
flexplay run "$playbook" --yes
