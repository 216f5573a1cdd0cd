#!/usr/bin/env bash
# Runs the suite: Dense beside NumPy, or with PEERS=1 beside every library of requirements-peers.txt, which is
# installed into .venv-peers first. Arguments go to `python -m densebench` (see its --help).
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
here=$root/Benchmarks
environment=$root/.venv
requirements=$here/requirements.txt
arguments=("$@")

if [[ ${PEERS:-0} == 1 ]]; then
  environment=$root/.venv-peers
  requirements=$here/requirements-peers.txt
  mapfile -t packages <"$here/apt-packages.txt"
  "$root/Tools/require.sh" "${packages[@]/#/package:}" || echo "the C peers that need them will be absent" >&2
else
  arguments+=(--without-peers)
fi

# Installs what changed since last time, and nothing otherwise.
test -x "$environment/bin/python" || "${PYTHON:-python3}" -m venv "$environment"
stamp=$environment/densebench-requirements
if ! cat "$here"/requirements*.txt | cmp --quiet - "$stamp"; then
  "$environment/bin/pip" install --quiet --disable-pip-version-check -r "$requirements"
  cat "$here"/requirements*.txt >"$stamp"
fi

library=$root/build/lib/libdense.so
if [[ ${PEERS:-0} == 1 && -e $library && -e $root/bindings/python/pyproject.toml ]]; then
  DENSE_LIBRARY=$library "$environment/bin/pip" install --quiet --disable-pip-version-check \
    --force-reinstall --no-deps "$root/bindings/python"
fi

cd "$here"
exec "$environment/bin/python" -m densebench "${arguments[@]}"
