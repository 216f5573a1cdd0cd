#!/usr/bin/env bash
# The tests of dense.hpp, with both compilers and with AddressSanitizer and UndefinedBehaviorSanitizer.
#
# usage: Tests/cpp/run.sh LIBRARY
source "$(dirname "$0")/../with_library.sh"
export DENSE_TEST_DIRECTORY="$work"

run() {
  "$@" -std=c++17 -Wall -Wextra -pedantic -Werror -O1 -g -Iinclude Tests/cpp/test_dense.cpp -o "$work/tests" \
    -L"$work" -ldense
  "$work/tests"
}

run g++
run clang++
run g++ -fsanitize=address,undefined -fno-sanitize-recover=all
