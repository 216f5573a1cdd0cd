# Each target is one command that does its own set-up. `make help` lists them.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := help

export PYTHON ?= python3
PREFIX ?= /usr/local
LIBDIR ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
DESTDIR ?=

# The header is generated from the one version in the sources, so it can tell it.
VERSION := $(shell sed -n 's/^.define DENSE_VERSION "\(.*\)"$$/\1/p' include/dense.h)
SOVERSION := $(firstword $(subst ., ,$(VERSION)))

BUILD := build
LIBRARY := $(BUILD)/lib/libdense.so
SWIFT_SOURCES := Package.swift $(shell find Sources -type f)
PYTHON_SOURCES := $(shell find bindings/python -type f -not -name '*.so' -not -path '*/build/*' \
	-not -path '*.egg-info/*' -not -path '*/__pycache__/*')

# Each environment keeps the marks of what it holds, so that removing it removes them.
VENV := .venv
STAMPS := $(VENV)/stamps
DISTRIBUTION_VENV := .venv-distribution
DISTRIBUTION_PYTHON ?= /usr/bin/python3

TEST_STAGES := test-swift test-threads test-kernels test-library test-headers test-c test-predictor test-training test-cpp test-generated \
	test-python test-distribution-python test-bits test-examples test-install test-benchmarks

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-26s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# ---- Use ----

.PHONY: demo
demo: $(STAMPS)/densepy $(STAMPS)/examples ## Train a network on real digit images through Python and show how well it does
	@$(VENV)/bin/python Examples/python/mnist.py

.PHONY: library
library: $(LIBRARY) ## Build the self-contained libdense.so into build/lib

.PHONY: wheel
wheel: $(STAMPS)/venv $(LIBRARY) ## Build the Python wheel into dist/
	DENSE_LIBRARY=$(abspath $(LIBRARY)) $(VENV)/bin/pip wheel --quiet --no-deps --wheel-dir dist ./bindings/python
	@ls -l dist/*.whl

.PHONY: install
install: $(LIBRARY) ## Install library, headers, pkg-config file and CMake package under PREFIX (default /usr/local)
	install -d $(addprefix '$(DESTDIR)',$(LIBDIR)/pkgconfig $(LIBDIR)/cmake/dense $(INCLUDEDIR))
	install -m 755 $(LIBRARY) '$(DESTDIR)$(LIBDIR)/libdense.so.$(VERSION)'
	ln -sf libdense.so.$(VERSION) '$(DESTDIR)$(LIBDIR)/libdense.so.$(SOVERSION)'
	ln -sf libdense.so.$(SOVERSION) '$(DESTDIR)$(LIBDIR)/libdense.so'
	install -m 644 include/dense.h include/dense.hpp '$(DESTDIR)$(INCLUDEDIR)'
	for file in pkgconfig/dense.pc cmake/dense/dense-config.cmake cmake/dense/dense-config-version.cmake; do \
	  sed -e 's|@VERSION@|$(VERSION)|g' -e 's|@SOVERSION@|$(SOVERSION)|g' -e 's|@PREFIX@|$(PREFIX)|g' \
	    -e 's|@LIBDIR@|$(LIBDIR)|g' -e 's|@INCLUDEDIR@|$(INCLUDEDIR)|g' "Tools/Packaging/$${file##*/}.in" \
	    >'$(DESTDIR)$(LIBDIR)'/"$$file"; \
	done

# ---- Check ----

.PHONY: test
test: ## Run every test (about ten minutes from a clean clone on two cores)
	@Tools/run-stages.sh $(TEST_STAGES)

.PHONY: test-swift
test-swift: | require-swift ## Unit, gradient and golden tests of the Swift modules
	swift test

.PHONY: test-threads
test-threads: | require-swift ## The thread pool, shared work, and predictions on many threads at once, under ThreadSanitizer
	TSAN_OPTIONS=die_after_fork=0:suppressions=$(CURDIR)/Tests/thread_sanitizer.supp swift test --sanitize=thread --scratch-path .build-thread \
	  --filter 'ThreadPool|Predict|ThreadCount|Shared' --skip Soak

.PHONY: test-kernels
test-kernels: ## Kernels of every instruction set, NEON and plain x86-64 under emulation, agree to the bit
	@Tools/require.sh clang aarch64-gcc qemu
	Tests/kernels/run.sh

.PHONY: check-elementary
check-elementary: ## The error of elementary functions and activations on all 2^32 floats (a quarter of an hour)
	@Tools/require.sh clang
	@mkdir -p .build-kernels
	clang -std=c11 -O2 -ISources/CDenseKernels/include Tests/kernels/elementary_errors.c Sources/CDenseKernels/*.c \
	  -lm -lpthread -o .build-kernels/elementary_errors
	.build-kernels/elementary_errors

.PHONY: test-library
test-library: $(LIBRARY) | require-c ## Size, exports and dependencies of the release library
	Tests/library/run.sh $(LIBRARY)

.PHONY: test-headers
test-headers: | require-c ## The headers as C99, C11 and C++17 with gcc and clang, warnings as errors
	Tests/headers/run.sh

.PHONY: test-c
test-c: $(LIBRARY) | require-c ## C tests, plain, under valgrind and under AddressSanitizer
	Tests/c/run.sh $(LIBRARY)

.PHONY: test-training
test-training: $(LIBRARY) | require-c ## Training steps allocate nothing
	Tests/training/run.sh $(LIBRARY)

.PHONY: test-cpp
test-cpp: $(LIBRARY) | require-c ## C++ tests of dense.hpp
	Tests/cpp/run.sh $(LIBRARY)

.PHONY: test-predictor
test-predictor: $(LIBRARY) | require-c ## Predictors allocate nothing, lock nothing and make no system call; memory stays flat
	Tests/predictor/run.sh $(LIBRARY)

.PHONY: soak
soak: $(LIBRARY) | require-c ## The same with 10 million predictions and 1,000 networks
	Tests/predictor/run.sh $(LIBRARY) 10000000 1000

.PHONY: test-generated
test-generated: | require-swift ## Header, export map and binding tables are what the generator writes
	swift test --package-path Tools/BindingGenerator
	swift run --package-path Tools/BindingGenerator BindingGenerator --check

.PHONY: test-python
test-python: $(STAMPS)/densepy ## Python tests on both back ends
	DENSEPY_BACKEND=native $(VENV)/bin/pytest -q Tests/python
	DENSEPY_BACKEND=ctypes $(VENV)/bin/pytest -q Tests/python

.PHONY: test-distribution-python
ifeq ($(wildcard /etc/debian_version),)
test-distribution-python:
	@echo "skipped: this is no Debian system"
else
test-distribution-python: $(DISTRIBUTION_VENV)/stamps/densepy ## Python tests with Debian's Python and NumPy
	$(DISTRIBUTION_VENV)/bin/python -m pytest -q Tests/python
endif

.PHONY: test-bits
test-bits: $(STAMPS)/densepy | require-c ## The same bits for instruction sets, back ends, C and Python, and batch splits
	$(VENV)/bin/pytest -q Tests/bits

.PHONY: test-examples
test-examples: $(STAMPS)/densepy $(STAMPS)/examples | require-c require-swift ## Examples and README reach their figures
	$(VENV)/bin/pytest -q Tests/examples

.PHONY: test-install
test-install: $(LIBRARY) | require-c ## pkg-config and CMake consumers of an installed copy build and run
	Tests/install/run.sh

.PHONY: test-benchmarks
test-benchmarks: $(STAMPS)/densepy $(STAMPS)/benchmarks ## The benchmark suite's own parts, and one quick run of it
	$(VENV)/bin/pytest -q Benchmarks/tests

.PHONY: bench
bench: $(STAMPS)/densepy ## Measure speed on this machine
	@Benchmarks/run.sh

.PHONY: lint
lint: ## Check format, style and types of every source file
	@Tools/run-stages.sh lint-swift lint-c lint-python

.PHONY: lint-swift
lint-swift: | require-swift
	git ls-files -z '*.swift' | xargs -0 swift format lint --strict --parallel

.PHONY: lint-c
lint-c: $(STAMPS)/lint
	git ls-files -z '*.c' '*.h' '*.cpp' '*.hpp' | xargs -0 grep -L 'Generated by BindingGenerator' \
	  | xargs $(VENV)/bin/clang-format --dry-run -Werror

.PHONY: lint-python
lint-python: $(STAMPS)/lint $(STAMPS)/examples
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy

.PHONY: generate
generate: | require-swift ## Write header, export map and binding tables anew from Sources/DenseABI
	swift run --package-path Tools/BindingGenerator BindingGenerator

.PHONY: clean
clean: ## Remove everything that was built
	rm -rf $(BUILD) dist $(VENV) $(DISTRIBUTION_VENV) .build .build-release .build-thread .build-address .build-kernels Tools/BindingGenerator/.build \
	  Examples/swift/.build bindings/python/build bindings/python/src/*.egg-info .mypy_cache .ruff_cache .pytest_cache

# ---- Set-up ----

.PHONY: require-swift
require-swift:
	@Tools/require.sh swift

.PHONY: require-c
require-c:
	@Tools/require.sh gcc g++ clang valgrind cmake pkg-config cmocka.h

$(LIBRARY): $(SWIFT_SOURCES) | require-swift
	DENSE_RELEASE=1 swift build --configuration release --product dense --scratch-path .build-release
	@mkdir -p $(@D)
	install -m 755 .build-release/release/libdense.so $@
	ln -sf libdense.so $@.$(SOVERSION)

$(STAMPS)/venv: Tools/requirements-test.txt
	@Tools/require.sh python
	test -x $(VENV)/bin/python || $(PYTHON) -m venv $(VENV)
	@mkdir -p $(@D)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check -r $<
	@touch $@

$(STAMPS)/examples: Tools/requirements-examples.txt $(STAMPS)/venv
	$(VENV)/bin/pip install --quiet --disable-pip-version-check -r $<
	@touch $@

$(STAMPS)/benchmarks: Benchmarks/requirements.txt $(STAMPS)/venv
	$(VENV)/bin/pip install --quiet --disable-pip-version-check -r $<
	@touch $@

$(STAMPS)/lint: Tools/requirements-lint.txt $(STAMPS)/venv
	$(VENV)/bin/pip install --quiet --disable-pip-version-check -r $<
	@touch $@

$(STAMPS)/densepy: $(LIBRARY) $(PYTHON_SOURCES) $(STAMPS)/venv
	DENSE_LIBRARY=$(abspath $(LIBRARY)) $(VENV)/bin/pip install --quiet --disable-pip-version-check \
	  --force-reinstall --no-deps ./bindings/python
	@touch $@

$(DISTRIBUTION_VENV)/stamps/densepy: $(LIBRARY) $(PYTHON_SOURCES) Tools/requirements-test.txt
	@Tools/require.sh distribution-python
	test -x $(DISTRIBUTION_VENV)/bin/python || $(DISTRIBUTION_PYTHON) -m venv --system-site-packages $(DISTRIBUTION_VENV)
	@mkdir -p $(@D)
	$(DISTRIBUTION_VENV)/bin/pip install --quiet --disable-pip-version-check pytest safetensors xxhash
	DENSE_LIBRARY=$(abspath $(LIBRARY)) $(DISTRIBUTION_VENV)/bin/pip install --quiet --disable-pip-version-check \
	  --force-reinstall --no-deps ./bindings/python
	@touch $@
