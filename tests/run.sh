#!/bin/bash
# Every test, in two parts. First what keeps the cores busy; then telephone calls, which mostly wait, and cannot wait for a core.
set -uo pipefail
cd "$(dirname "$0")/.."
python=.venv/bin/python
# The longest first, and short ones at the end, or the last would be waited for alone.
calls=(tests/survival tests/e2e tests/linli/softphone tests/agi_scripts/asterisk)
# Also of the first part many tests wait for real programs, so there is room for two more than there are cores.
at_once=$(($(nproc) + 2))

"$python" -m tests.ready || exit
"$python" -m pytest "${calls[@]/#/--ignore=}" --numprocesses "$at_once" --dist worksteal
without_calls=$?
"$python" -m pytest "${calls[@]}" --numprocesses 4 --dist loadfile --no-loadscope-reorder || exit
exit "$without_calls"
