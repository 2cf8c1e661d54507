"""A ready mixture of faults: what a bad day at a distance looks like, all at once.

The shares are those that this project's own promise is tested with: of all requests 2 % processed
and the answer lost, 2 % dropped before, 1 % + 1 % 503 before and after, 2 % rate limited; a latency
of 20 ms on average; lists that lag half a second behind.
"""

from runner.sandbox.answers import JsonObject

CHAOS: JsonObject = {
    "rules": [
        {"name": "latency", "fault": "slow", "delay": {"exponential": 0.02, "at_most": 0.5}},
        {"name": "lost after", "fault": "lose_after", "probability": 0.02},
        {"name": "dropped before", "fault": "drop_before", "probability": 0.02},
        {"name": "503 before", "fault": "error_before", "probability": 0.01},
        {"name": "503 after", "fault": "error_after", "probability": 0.01},
        {"name": "rate limit", "fault": "rate_limit", "probability": 0.02},
    ],
    "evidence_lag": 0.5,
}
