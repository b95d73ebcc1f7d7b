#!/bin/sh
# Installs hashdeep where it is absent and this is root on a Debian machine. Prints its path; exits 1 without one.
set -eu
command -v hashdeep && exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "hashdeep is not installed, and this user cannot install it (apt-get install hashdeep)" >&2
  exit 1
fi
apt-get install -y -qq hashdeep >/dev/null 2>&1 || { apt-get update -qq >/dev/null 2>&1 && apt-get install -y -qq hashdeep >/dev/null 2>&1; } || {
  echo "hashdeep could not be installed by apt-get" >&2
  exit 1
}
command -v hashdeep
