#!/usr/bin/env bash
# Makes sure that what a target needs is there: require.sh NEED...
#
# As root on Debian, what is missing is installed with apt-get. Elsewhere the message names it and the script fails.
set -euo pipefail

missing=()
need() { # need DEBIAN_PACKAGE COMMAND...: the package is missing where the command fails
  local package=$1
  shift
  "$@" >/dev/null 2>&1 || missing+=("$package")
}

python=${PYTHON:-python3}
for wanted in "$@"; do
  case $wanted in
    swift)
      if ! command -v swift >/dev/null; then
        echo "Swift 6.2 or newer is missing: see https://www.swift.org/install" >&2
        exit 1
      fi
      ;;
    gcc | g++ | clang | valgrind | cmake | pkg-config) need "$wanted" command -v "$wanted" ;;
    aarch64-gcc)
      need gcc-aarch64-linux-gnu command -v aarch64-linux-gnu-gcc
      # The compiler's package only recommends the C library to build for.
      need libc6-dev-arm64-cross test -e /usr/aarch64-linux-gnu/include/stdio.h
      ;;
    qemu) need qemu-user command -v qemu-aarch64 ;;
    package:*) need "${wanted#package:}" dpkg --status "${wanted#package:}" ;;
    cmocka.h) need libcmocka-dev bash -c \
      'printf "#include <%s>\n" stdarg.h stddef.h stdint.h setjmp.h cmocka.h | gcc -x c -fsyntax-only -' ;;
    python)
      need python3 command -v "$python"
      need python3-venv "$python" -c 'import ensurepip, venv'
      need python3-dev "$python" -c 'import os, sysconfig; os.stat(sysconfig.get_path("include") + "/Python.h")'
      ;;
    distribution-python)
      need python3-venv /usr/bin/python3 -c 'import ensurepip, venv'
      need python3-dev /usr/bin/python3 -c 'import os, sysconfig; os.stat(sysconfig.get_path("include") + "/Python.h")'
      need python3-numpy /usr/bin/python3 -c 'import numpy'
      ;;
    *)
      echo "require.sh: unknown need '$wanted'" >&2
      exit 2
      ;;
  esac
done

if ((${#missing[@]})); then
  if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
    echo "installing ${missing[*]}"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  else
    echo "missing: ${missing[*]}; install with: sudo apt-get install ${missing[*]}" >&2
    exit 1
  fi
fi

for wanted in "$@"; do
  if [[ $wanted == python ]] && ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "Python 3.11 or newer is needed, '$python' is $("$python" --version); set PYTHON=..." >&2
    exit 1
  fi
done
