#!/usr/bin/env bash
# A whole n8n for tests, from npm, outside of the repository: no install scripts, so that nothing is compiled or fetched from elsewhere
# (n8n then keeps its state in PostgreSQL, which the tests bring). 2.41.1: the newest whose own parts npm has all of.
# Two to four minutes and 1.7 GB the first time; afterwards it answers at once.
# Prints one line, the folder in which it lies. Everything else goes to standard error, at the end how long it took and how large it is.
# usage: export TATTLE_TEST_N8N=$(n8n.sh)
set -euo pipefail
version=2.41.1
prefix=${TATTLE_TEST_N8N:-${XDG_CACHE_HOME:-$HOME/.cache}/tattle-n8n-$version}
if [ -f "$prefix/node_modules/n8n/bin/n8n" ]; then echo "$prefix"; exit 0; fi
{
  # Made beside and moved when it is whole: what was broken off is never taken for an n8n.
  mkdir -p "$(dirname "$prefix")"
  making=$(mktemp -d "$prefix.XXXXXX")
  trap 'rm -rf "$making"' EXIT
  echo '{ "name": "n8n-for-tests", "private": true }' >"$making/package.json"
  npm install --prefix "$making" "n8n@$version" --save-exact --ignore-scripts --omit=dev --no-audit --no-fund --no-progress --loglevel=error
  # Half of its size is for who develops n8n.
  find "$making/node_modules" -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete
  rm -rf "$prefix"
  mv "$making" "$prefix"
  echo "n8n $version: ${SECONDS} s, $(du -sm "$prefix" | cut -f1) MB"
} >&2
echo "$prefix"
