#!/usr/bin/env bash
# The kernels' bits across instruction sets, also those that this machine does not have: NEON under qemu-aarch64 and
# x86-64 without AVX under qemu-x86_64. Sets with fused multiply-add must agree to the bit.
# Needs clang, gcc-aarch64-linux-gnu (for its C library and linker) and qemu-user.
set -euo pipefail
cd "$(dirname "$0")/../.."

kernels=Sources/CDenseKernels
build=.build-kernels
mkdir -p "$build"

flags=(-std=c11 -O2 -Wall -Wextra -Werror "-I$kernels/include")
clang "${flags[@]}" Tests/kernels/kernel_bits.c "$kernels"/*.c -lm -o "$build/x86_64"

arm=(--target=aarch64-linux-gnu -I/usr/aarch64-linux-gnu/include)
for source in Tests/kernels/kernel_bits.c "$kernels"/*.c; do
  clang "${arm[@]}" "${flags[@]}" -c "$source" -o "$build/$(basename "$source" .c).arm.o"
done
aarch64-linux-gnu-gcc -static "$build"/*.arm.o -lm -o "$build/aarch64"

failed=0
same() {
  if diff -q "$build/$1" "$build/$2" >/dev/null; then
    echo "ok: $1 and $2 agree to the bit in $(wc -l <"$build/$1") results"
  else
    echo "FAILED: $1 and $2 differ:" >&2
    diff "$build/$1" "$build/$2" | head -20 >&2
    failed=1
  fi
}

for set in $("$build/x86_64"); do "$build/x86_64" "$set" >"$build/$set"; done
qemu-aarch64 "$build/aarch64" neon >"$build/neon"
[ "$(qemu-x86_64 -cpu Nehalem "$build/x86_64")" = baseline ] || {
  echo "FAILED: a processor without AVX was offered more than the baseline" >&2
  failed=1
}
qemu-x86_64 -cpu Nehalem "$build/x86_64" baseline >"$build/baseline-without-avx"

same baseline baseline-without-avx
[ -f "$build/avx2" ] && same avx2 neon
[ -f "$build/avx512" ] && same avx512 neon
exit $failed
