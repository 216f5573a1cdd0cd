#!/usr/bin/env bash
# The C tests: plain, under valgrind, and with AddressSanitizer and UndefinedBehaviorSanitizer.
#
# Last come builds of the library that are themselves watched, by AddressSanitizer and by ThreadSanitizer; they need the
# Swift toolchain.
#
# usage: Tests/c/run.sh LIBRARY
source "$(dirname "$0")/../with_library.sh"
export DENSE_TEST_DIRECTORY="$work"

build() {
  gcc -std=gnu11 -Wall -Wextra -Werror -g "$@" -Iinclude Tests/c/*.c -o "$work/tests" \
    -L"$work" -ldense -lcmocka -lm -lpthread
}

echo '== every function is called, every status is expected'
missing=0
for name in $(grep -hoE '\bdense_[a-z_]+\(' Sources/DenseABI/dense.map include/dense.h | tr -d '(' | sort -u) \
  $(grep -oE '\bDENSE_ERROR_[A-Z_]+ =' include/dense.h | cut -d' ' -f1); do
  if ! grep -qE "\b$name\b" Tests/c/*.c Tests/c/calls.h; then
    # Functions of settings are called for each kind through macros that paste the kind into the name.
    pasted=$(sed -E 's/^dense_(layer|optimizer|loss|metric|fit_options|network|history|predictor_options)_/dense_##KIND##_/' <<<"$name")
    grep -qF "$pasted" Tests/c/*.c || { echo "no test names $name"; missing=1; }
  fi
done
[[ $missing == 0 ]]

echo '== plain'
build -O1
"$work/tests"

# Leaks count where nothing points to the block. Swift's runtime keeps its caches through pointers into the middle of
# blocks, which valgrind takes for blocks that are possibly lost.
echo '== valgrind'
valgrind --fair-sched=yes --quiet --error-exitcode=9 --leak-check=full --show-leak-kinds=definite \
  --errors-for-leak-kinds=definite "$work/tests"

echo '== AddressSanitizer and UndefinedBehaviorSanitizer'
build -O1 -fsanitize=address,undefined -fno-sanitize-recover=all
ASAN_OPTIONS=allocator_may_return_null=1:detect_leaks=1 "$work/tests"

echo '== the library with AddressSanitizer'
toolchain=$(dirname "$(readlink -f "$(command -v swift)")")
swift build --sanitize=address --product dense --scratch-path .build-address --quiet
"$toolchain/clang" -std=gnu11 -g -O1 -fsanitize=address -fuse-ld=lld -Iinclude Tests/c/*.c -o "$work/tests" \
  -L.build-address/debug -ldense -lcmocka -lm -lpthread \
  -Wl,-rpath,"$PWD/.build-address/debug" -Wl,-rpath,"$toolchain/../lib/swift/linux"
LD_LIBRARY_PATH='' ASAN_OPTIONS=allocator_may_return_null=1:detect_leaks=1 "$work/tests"

# ThreadSanitizer's runtime of the Swift toolchain watches libdispatch too, and so needs it.
echo '== the library with ThreadSanitizer'
swift build --sanitize=thread --product dense --scratch-path .build-thread --quiet
"$toolchain/clang" -std=gnu11 -g -O1 -fsanitize=thread -fuse-ld=lld -Iinclude Tests/c/*.c -o "$work/tests" \
  -L.build-thread/debug -L"$toolchain/../lib/swift/linux" -ldense -lcmocka -ldispatch -lBlocksRuntime -lm -lpthread \
  -Wl,-rpath,"$PWD/.build-thread/debug" -Wl,-rpath,"$toolchain/../lib/swift/linux"
LD_LIBRARY_PATH='' TSAN_OPTIONS="allocator_may_return_null=1:suppressions=$PWD/Tests/thread_sanitizer.supp" "$work/tests"
