#!/usr/bin/env bash
# Runs make targets one after the other, goes on after a failure, and ends with a table and the number of failures.
set -uo pipefail

passed=0
failed=0
table=""
for stage in "$@"; do
  printf '\n==== %s\n' "$stage"
  start=$SECONDS
  if make "$stage"; then
    verdict=passed
    passed=$((passed + 1))
  else
    verdict=FAILED
    failed=$((failed + 1))
  fi
  table+=$(printf '%-26s %-7s %5d s' "$stage" "$verdict" $((SECONDS - start)))$'\n'
done

printf '\n%s\nstages, %d s in all:\n%d passed, %d failed\n' "$table" "$SECONDS" "$passed" "$failed"
((failed == 0))
