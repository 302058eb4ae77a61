#!/bin/bash
# Pack the console's scripts and the libraries they stand on into operator_console/static/built; does nothing where that has been done.
set -euo pipefail
cd "$(dirname "$0")/../.."
PATH="$PWD/.venv/bin:$PATH"
built=operator_console/static/built

libraries=$(sha256sum < frontend/package-lock.json)
if [[ ! -f frontend/node_modules/.installed || $(<frontend/node_modules/.installed) != "$libraries" ]]; then
    (cd frontend && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error > /dev/null)
    echo "$libraries" > frontend/node_modules/.installed
fi

state=$(cat frontend/package-lock.json frontend/*.mjs $(find frontend/src -type f | sort) | sha256sum)
[[ ! -f $built/.stamp || $(<"$built/.stamp") != "$state" ]] || exit 0
rm -rf "$built"
(cd frontend && node build.mjs)
echo "$state" > "$built/.stamp"
