#!/usr/bin/env bash
# What predictors promise to real-time callers: no allocation, lock or system call; flat memory; latencies, which are
# printed and not judged, as a busy machine decides on them.
#
# usage: Tests/predictor/run.sh LIBRARY [PREDICTIONS NETWORKS]
set -euo pipefail

cd "$(dirname "$0")/../.."
library=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

soname=$(readelf --dynamic "$library" | sed -n 's/.*(SONAME).*\[\(.*\)\]/\1/p')
ln -s "$library" "$work/${soname:-libdense.so}"
ln -sf "$library" "$work/libdense.so"
export LD_LIBRARY_PATH="$work"

for program in realtime soak latency; do
  gcc -std=gnu11 -O2 -Wall -Wextra -Werror -Iinclude "Tests/predictor/$program.c" -o "$work/$program" \
    -L"$work" -ldense -lpthread -ldl
done
"$work/realtime"
"$work/soak" "${2:-200000}" "${3:-100}"
"$work/latency" 20000
