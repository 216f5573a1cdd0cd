#!/usr/bin/env bash
# The tests of dense.hpp, with both compilers and with AddressSanitizer and UndefinedBehaviorSanitizer.
#
# usage: Tests/cpp/run.sh LIBRARY
set -euo pipefail

cd "$(dirname "$0")/../.."
library=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
soname=$(readelf --dynamic "$library" | sed -n 's/.*(SONAME).*\[\(.*\)\]/\1/p')
ln -s "$library" "$work/${soname:-libdense.so}"
ln -sf "$library" "$work/libdense.so"
export LD_LIBRARY_PATH="$work" DENSE_TEST_DIRECTORY="$work"

run() {
  "$@" -std=c++17 -Wall -Wextra -pedantic -Werror -O1 -g -Iinclude Tests/cpp/test_dense.cpp -o "$work/tests" \
    -L"$work" -ldense
  "$work/tests"
}

run g++
run clang++
run g++ -fsanitize=address,undefined -fno-sanitize-recover=all
