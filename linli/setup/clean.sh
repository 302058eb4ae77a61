#!/bin/bash
# Delete what `make setup` and `make run` made: the data (also where `var` is a link to it), the virtual environment, build leftovers.
set -euo pipefail
cd "$(dirname "$0")/../.."
if [[ -L var && $(readlink var) == /var/lib/linli/* ]]; then
    rm -rf "$(readlink var)"
fi
rm -rf var .venv build ./*.egg-info
