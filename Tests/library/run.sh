#!/usr/bin/env bash
# Proves what the release library promises: small, self-contained, nothing exported but the C interface, quick to load.
#
# usage: Tests/library/run.sh LIBRARY
source "$(dirname "$0")/../with_library.sh"
failures=0

# check DESCRIPTION EXPECTED RECEIVED
check() {
  if [[ "$2" == "$3" ]]; then
    printf 'ok    %s\n' "$1"
  else
    printf 'FAIL  %s: expected %s, received %s\n' "$1" "${2:-nothing}" "${3:-nothing}"
    failures=$((failures + 1))
  fi
}

# at_most DESCRIPTION LIMIT RECEIVED
at_most() {
  if awk -v limit="$2" -v value="$3" 'BEGIN { exit !(value <= limit) }'; then
    printf 'ok    %s: %s, at most %s\n' "$1" "$3" "$2"
  else
    printf 'FAIL  %s: expected at most %s, received %s\n' "$1" "$2" "$3"
    failures=$((failures + 1))
  fi
}

at_most 'size in bytes' 8000000 "$(stat --format %s "$library")"

# The header's functions, no more and no fewer. Weak and local symbols count too.
grep -oE '\bdense_[a-z_]+\(' <(grep '^DENSE_API' -A 1 include/dense.h) | tr -d '(' | sort -u >"$work/declared"
nm --dynamic --defined-only "$library" | awk '{ print $NF }' | sort -u >"$work/exported"
check 'exports but not declared' '' "$(comm -13 "$work/declared" "$work/exported" | xargs)"
check 'declared but not exported' '' "$(comm -23 "$work/declared" "$work/exported" | xargs)"
check 'exports anything' 'yes' "$([[ -s "$work/exported" ]] && echo yes || echo no)"

permitted='^(libc\.so\.6|libm\.so\.6|libstdc\+\+\.so\.6|libgcc_s\.so\.1|ld-linux-.*\.so\.[0-9])$'
needed=$(readelf --dynamic "$library" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
check 'needs beyond libc, libm, libstdc++ and libgcc_s' '' "$(grep -vE "$permitted" <<<"$needed" | xargs)"

version=$(sed -n 's/^#define DENSE_VERSION_MAJOR //p' include/dense.h)
check 'soname' "libdense.so.$version" "$soname"
check 'search paths of the build machine' '' \
  "$(readelf --dynamic "$library" | grep -E 'RPATH|RUNPATH' | grep -vF '[$ORIGIN]' | xargs)"
check 'symbol table (stripped)' '' "$(readelf --sections --wide "$library" | grep -oE '\.symtab|\.debug_[a-z]+' | xargs)"
check 'traces of Foundation' '0' "$(strings -a "$library" | grep -cE 'FoundationEssentials|libFoundation|\$s10Foundation' || true)"
check 'traces of OpenMP' '0' "$(strings -a "$library" | grep -cE 'libgomp|libomp|__kmpc_' || true)"

# A program in a bare environment: nothing of Swift can be found, so nothing of it can be needed.
cp --remove-destination "$library" "$work/libdense.so"
gcc -std=gnu11 -Wall -Wextra -Werror -O1 -Iinclude Tests/library/load.c -o "$work/load" -ldl -lpthread
bare=(env -i PATH=/usr/bin:/bin "$work/load" "$work/libdense.so")
for _ in 1 2 3 4 5 6 7 8 9; do "${bare[@]}"; done >"$work/runs" || true
check 'runs in a bare environment' 9 "$(grep -c '^milliseconds ' "$work/runs")"
check 'files of Swift in the process' 'swift 0' "$(grep '^swift ' "$work/runs" | sort -u)"
check 'signal handlers left alone' 'untouched signals 1' "$(grep '^untouched' "$work/runs" | sort -u)"
check 'threads after loading' 'threads 1' "$(grep '^threads ' "$work/runs" | sort -u)"
at_most 'milliseconds to load, median of 9' 20 "$(sed -n 's/^milliseconds //p' "$work/runs" | sort -n | sed -n 5p)"

newest=$(objdump --dynamic-syms "$library" | grep -oE 'GLIBC_[0-9.]+' | sort -uV | tail -1)
printf 'note  newest glibc symbol version needed: %s\n' "$newest"

exit $((failures > 0))
