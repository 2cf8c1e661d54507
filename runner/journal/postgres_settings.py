"""How a connection to PostgreSQL is set up, and what each process writes of itself there."""

from collections.abc import Mapping

SETTINGS = """
SET search_path = flexplay;
SET default_transaction_isolation = 'read committed';
SET lock_timeout = '20s';
SET statement_timeout = '60s';
SET idle_in_transaction_session_timeout = '60s'
"""
CONNECT: Mapping[str, str | int] = {
    "application_name": "flexplay",
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
PAUSES = (0.0, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, *((2.0,) * 13))
"""How long to wait before each further attempt: about half a minute, then the run stops."""
APPEAR = (
    "INSERT INTO writers (id, batch, seen_at)"
    " VALUES (%s, 0, extract(epoch FROM clock_timestamp())) ON CONFLICT (id) DO NOTHING"
)
NUMBER = (
    "INSERT INTO writers (id, batch, seen_at)"
    " VALUES (%s, %s, extract(epoch FROM clock_timestamp()))"
    " ON CONFLICT (id) DO UPDATE SET batch = excluded.batch, seen_at = excluded.seen_at"
)
DURABLE = (
    "SELECT set_config('synchronous_commit', 'on', false)"
    " WHERE current_setting('synchronous_commit') <> 'remote_apply'"
)

STALE = 30 * 86_400
PREPARING = 0x666C7870
