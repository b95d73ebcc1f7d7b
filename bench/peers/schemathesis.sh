#!/usr/bin/env bash
# The peer that judges our OpenAPI: installed from PyPI into a folder of its own; prints its path, or nothing where that is not possible.
set -euo pipefail
venv=${SCHEMATHESIS_VENV:-${TMPDIR:-/tmp}/icarus-schemathesis}
if [ ! -x "$venv/bin/schemathesis" ]; then
  command -v python3 >/dev/null || exit 0
  python3 -m venv "$venv" >/dev/null 2>&1 && "$venv/bin/pip" install -q "schemathesis==4.32.5" >/dev/null 2>&1 || exit 0
fi
echo "$venv/bin/schemathesis"
