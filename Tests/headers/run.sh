#!/usr/bin/env bash
# Compiles the public headers alone, and the C and C++ examples, in every supported language with every compiler.
set -euo pipefail
cd "$(dirname "$0")/../.."

strict=(-Wall -Wextra -pedantic -Werror -fsyntax-only -Iinclude)
count=0
try() {
  echo "$*"
  "$@"
  count=$((count + 1))
}

for compiler in gcc clang; do
  for standard in c99 c11; do
    try $compiler -std=$standard -x c "${strict[@]}" include/dense.h
    try $compiler -std=$standard "${strict[@]}" Examples/c/digits.c
  done
  # A header is not a main file to C++ compilers, so these see it through a line that includes it.
  for header in dense.h dense.hpp; do
    try $compiler -std=c++17 -x c++ "${strict[@]}" - <<<"#include <$header>"
  done
  try $compiler -std=c++17 -x c++ "${strict[@]}" Examples/cpp/digits.cpp
done
echo "$count passed, 0 failed"
