#!/bin/sh
# The committed browser scripts are what their sources build: types checked, rebuilt, compared byte by byte.
set -eu
cd "$(dirname "$0")/../browser"
if ! command -v npm >/dev/null 2>&1; then
    echo "npm is missing: the browser scripts were not rebuilt (Node $(cat .nvmrc 2>/dev/null || echo 20) does it)" >&2
    [ "${CI:-}" = true ] && exit 1
    exit 0
fi
npm ci --silent --no-audit --no-fund
npm run --silent check
