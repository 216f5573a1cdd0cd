#!/usr/bin/env bash
# Installs into an empty folder, then builds and runs one program through pkg-config and one through CMake.
set -euo pipefail
cd "$(dirname "$0")/../.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
prefix=$work/prefix

make install PREFIX="$prefix"

export PKG_CONFIG_PATH=$prefix/lib/pkgconfig
read -ra flags <<<"$(pkg-config --cflags --libs dense)"
gcc Examples/c/digits.c "${flags[@]}" -o "$work/digits-pkg-config"
[[ $(pkg-config --modversion dense) == "$(sed -n 's/^.define DENSE_VERSION "\(.*\)"$/\1/p' include/dense.h)" ]]
LD_LIBRARY_PATH=$prefix/lib "$work/digits-pkg-config" Examples/data/digits.csv | tee "$work/pkg-config.txt"

cmake -S Tests/install -B "$work/cmake" -DCMAKE_PREFIX_PATH="$prefix" -DEXAMPLES="$PWD/Examples" >"$work/cmake.txt" ||
  { cat "$work/cmake.txt"; exit 1; }
cmake --build "$work/cmake" >"$work/cmake.txt" || { cat "$work/cmake.txt"; exit 1; }
"$work/cmake/digits_c" Examples/data/digits.csv | tee "$work/cmake.txt"
"$work/cmake/digits_cpp" Examples/data/digits.csv

# The same program and the same data, so the same bits.
diff "$work/pkg-config.txt" "$work/cmake.txt"

# A packager's build: staged under DESTDIR, with PREFIX as it will be.
make install PREFIX=/opt/dense DESTDIR="$work/stage" >"$work/stage.txt"
grep -q '^prefix=/opt/dense$' "$work/stage/opt/dense/lib/pkgconfig/dense.pc"
[[ -f $work/stage/opt/dense/lib/libdense.so.0 ]]

echo "4 passed, 0 failed"
