#!/bin/bash
# Resolve the dependencies of setup.cfg anew and pin them with their hashes.
set -euo pipefail
cd "$(dirname "$0")/../.."
[[ -x build/lock/bin/uv ]] || { python3 -m venv build/lock && build/lock/bin/pip install --quiet uv==0.13.9; }
compile=(build/lock/bin/uv pip compile --quiet --upgrade --python-version 3.11 --generate-hashes
    --no-emit-index-url --no-emit-find-links --no-header --no-annotate)
"${compile[@]}" --override requirements-override.txt -o requirements.lock setup.cfg
"${compile[@]}" --override requirements-override.txt -o requirements-dev.lock --constraint requirements.lock --extra dev setup.cfg
"${compile[@]}" -o requirements-build.lock - <<< "setuptools>=69"
