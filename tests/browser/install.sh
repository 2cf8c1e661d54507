#!/bin/sh
# What the tests of pages need beside Python: Debian's Chromium, and a font with the emoji that
# messages have. Where it cannot be installed, those tests are skipped and say why.
set -eu
for browser in chromium chromium-browser google-chrome; do
  if command -v "$browser" >/dev/null; then exit 0; fi
done
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "Chromium is not here, and only root can install it with apt-get:" \
    "the tests of pages in a browser will be skipped"
  exit 0
fi
export DEBIAN_FRONTEND=noninteractive
packages="chromium fonts-noto-color-emoji"
# shellcheck disable=SC2086 # several words
apt-get install -y -qq --no-install-recommends $packages >/dev/null ||
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends $packages >/dev/null; }
