#!/bin/sh
# What the journal's tests need beside Python: a PostgreSQL server of their own, and strace, which
# shows that what was acknowledged had been synced. Where they cannot be installed, those tests are
# skipped and say why.
set -eu
find_initdb() { command -v initdb || ls /usr/lib/postgresql/*/bin/initdb 2>/dev/null; }
if find_initdb >/dev/null && command -v strace >/dev/null; then exit 0; fi
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "PostgreSQL or strace is not here, and only root can install them with apt-get:" \
    "some of the journal's tests will be skipped"
  exit 0
fi
export DEBIAN_FRONTEND=noninteractive
apt-get install -y -qq --no-install-recommends postgresql strace >/dev/null ||
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends postgresql strace >/dev/null; }
