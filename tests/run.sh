#!/bin/bash
# Every test: most side by side, then those of a whole town, two towns at a time: who speaks on the telephone cannot wait for a core.
set -uo pipefail
cd "$(dirname "$0")/.."
python=.venv/bin/python
# Many tests wait for real programs, so there is room for one more than there are cores.
at_once=$(($(nproc) + 1))

"$python" -m tests.ready || exit
"$python" -m pytest --ignore tests/e2e --ignore tests/survival --numprocesses "$at_once" --dist worksteal
side_by_side=$?
"$python" -m pytest tests/e2e tests/survival --numprocesses 2 --dist loadfile || exit
exit "$side_by_side"
