#!/usr/bin/env bash
# What training promises to whoever embeds it: steps that allocate nothing.
#
# usage: Tests/training/run.sh LIBRARY
source "$(dirname "$0")/../with_library.sh"

gcc -std=gnu11 -O2 -Wall -Wextra -Werror -Iinclude Tests/training/allocations.c -o "$work/allocations" \
  -L"$work" -ldense -lpthread -ldl
"$work/allocations"
