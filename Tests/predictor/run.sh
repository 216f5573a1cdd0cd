#!/usr/bin/env bash
# What predictors promise to real-time callers: no allocation, lock or system call; threads where they help; flat memory;
# latencies, which are printed and not judged, as a busy machine decides on them.
#
# usage: Tests/predictor/run.sh LIBRARY [PREDICTIONS NETWORKS]
source "$(dirname "$0")/../with_library.sh"

for program in realtime placement soak latency; do
  gcc -std=gnu11 -O2 -Wall -Wextra -Werror -Iinclude "Tests/predictor/$program.c" -o "$work/$program" \
    -L"$work" -ldense -lpthread -ldl
done
"$work/realtime"
"$work/placement"
"$work/soak" "${2:-200000}" "${3:-100}"
"$work/latency" 20000
