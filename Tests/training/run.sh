#!/usr/bin/env bash
# What training promises to whoever embeds it: steps that allocate nothing.
#
# usage: Tests/training/run.sh LIBRARY
set -euo pipefail

cd "$(dirname "$0")/../.."
library=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

soname=$(readelf --dynamic "$library" | sed -n 's/.*(SONAME).*\[\(.*\)\]/\1/p')
ln -s "$library" "$work/${soname:-libdense.so}"
ln -sf "$library" "$work/libdense.so"
export LD_LIBRARY_PATH="$work"

gcc -std=gnu11 -O2 -Wall -Wextra -Werror -Iinclude Tests/training/allocations.c -o "$work/allocations" \
  -L"$work" -ldense -lpthread -ldl
"$work/allocations"
