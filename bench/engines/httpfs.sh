#!/usr/bin/env bash
# DuckDB's own extension for object storage, of the version that this repository uses, into the cache; prints its
# folder, the value for ICARUS_DUCKDB_EXTENSIONS. `httpfs.sh home` only says where it is; exit code 1 where it is not.
set -euo pipefail

version=1.5.5
cache=${XDG_CACHE_HOME:-$HOME/.cache}/icarus-engines
folder=$cache/duckdb-$version
if [ ! -f "$folder/httpfs.duckdb_extension" ]; then
  if [ "${1:-}" = home ]; then exit 1; fi
  mkdir -p "$cache"
  work=$(mktemp -d "$cache/.install-XXXXXX")
  trap 'rm -rf "$work"' EXIT
  # The package holds the file that DuckDB signs; DuckDB refuses to load any other.
  python3 -m pip download --quiet --no-deps --dest "$work" "duckdb-extension-httpfs==$version" >&2
  python3 -m zipfile -e "$work"/*.whl "$work"
  mkdir -p "$folder"
  mv "$work"/duckdb_extension_httpfs/extensions/*/httpfs.duckdb_extension "$folder/"
fi
echo "$folder"
