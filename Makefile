# Two commands do everything: make run, make test. Both build .venv first.
PYTHON ?= python3
BIN := .venv/bin
RECORDS ?= 1000000
GB ?= 1 2 5 10 20
LOADED_GB ?= 2
INPUTS ?= 500000
KERNEL_INPUTS ?= 10000000
SEED ?= 1
LOCK := $(BIN)/pip-compile --quiet --strip-extras --allow-unsafe --no-emit-index-url --no-emit-find-links \
        --no-emit-trusted-host
EXTENSION := setup.py $(wildcard ext/*/*.[ch] ext/*/*.pyx ext/*/*.pxd)

.PHONY: build run test test-runs test-parts test-slow test-random sanitized test-sanitized fuzz lint bench gate gate-baseline growth peers profile lock check-lock clean

build: .venv/built

.venv/installed: requirements-dev.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --requirement requirements-dev.txt
	touch $@

.venv/built: .venv/installed pyproject.toml $(EXTENSION)
	$(BIN)/python -m pip install --quiet --no-build-isolation --no-deps --editable .
	touch $@

# The whole job over a generated file, again if it is there. Exit code 4: loaded, with rejects within the limit.
run: build data/customer.dat
	$(BIN)/python -m driver run config/customer.yaml --force --report out/report.json || test $$? -eq 4

data/customer.dat: | build
	$(BIN)/python -m driver generate config/copybooks/customer.cpy --records $(RECORDS) --out $@

# Two parts side by side, each of which takes about as long as the other: whole runs, and all else.
test: build
	tests/drda/install
	tests/neon/install
	tests/cobol/install
	$(MAKE) --jobs=2 --output-sync=target test-runs test-parts

test-runs:
	$(BIN)/python -m pytest -m "not slow" tests/integration

test-parts:
	$(BIN)/python -m pytest -m "not slow" --ignore=tests/integration

test-slow: build
	tests/drda/install
	$(BIN)/python -m pytest -m slow

# The property tests by inputs drawn anew; pytest prints how a failure is repeated.
test-random: build
	tests/neon/install
	$(BIN)/python -m pytest tests/property tests/unit tests/neon --hypothesis-profile=random --hypothesis-seed=$(SEED)

# The engine under AddressSanitizer and UBSan, in a copy of the tree, so that the build here stays as it is.
sanitized: build
	rm -rf build/sanitized && mkdir -p build/sanitized
	cp -r ext mfdecode driver tests config setup.py pyproject.toml README.md LICENSE build/sanitized
	rm -f build/sanitized/*/*.so
	cd build/sanitized && MFDECODE_SANITIZE=1 $(CURDIR)/$(BIN)/python setup.py --quiet build_ext --inplace

IN_SANITIZED := cd build/sanitized && ASAN_OPTIONS=detect_leaks=0 LD_PRELOAD="$$($(CC) -print-file-name=libasan.so)"

test-sanitized: sanitized
	$(IN_SANITIZED) PYTHONPATH=. \
	    $(CURDIR)/$(BIN)/python -m pytest -p no:cacheprovider tests/unit/engine tests/property \
	        tests/unit/repository/db2/test_rows.py

# Random and mutated copybooks, files and records by the whole library, then by the kernels alone; all under sanitizers.
FUZZ_PATH := PYTHONPATH=.:tests:tests/property
fuzz: sanitized
	$(IN_SANITIZED) $(FUZZ_PATH) $(CURDIR)/$(BIN)/python -m fuzz.inputs $(INPUTS) $(SEED)
	tests/fuzz/compile build/fuzz/kernels
	$(FUZZ_PATH) $(BIN)/python -m fuzz.plans build/fuzz/plans 200 $(SEED)
	build/fuzz/kernels build/fuzz/plans $(KERNEL_INPUTS) $(SEED)

# Every figure beside its goal: printed, and into benchmarks/results/ and README.md.
bench: build
	tests/drda/install
	mkdir -p out
	$(BIN)/python -m pytest benchmarks --ignore=benchmarks/test_gate.py --benchmark-columns=median,iqr,rounds \
	    --benchmark-json=out/benchmark.json
	$(BIN)/python benchmarks/report.py out/benchmark.json

# Nothing slower than it was, by ratios and by instruction counts; and that the gate sees it when something is.
gate: build
	$(BIN)/python benchmarks/gate.py
	$(BIN)/python -m pytest -p no:cacheprovider benchmarks/test_gate.py

gate-baseline: build
	$(BIN)/python benchmarks/gate.py --baseline

# Cost as work grows: files of so many gigabytes through the whole pipeline.
growth: build
	$(BIN)/python benchmarks/growth.py --sizes $(GB) --loaded $(LOADED_GB)

# Where the time goes in each whole workload; needs perf.
profile: build
	$(BIN)/python benchmarks/profiles.py

# The same files through what else PyPI has for them.
peers: build build/peers/installed
	$(BIN)/python benchmarks/peers/compare.py build/peers/bin/python

build/peers/installed: benchmarks/peers/requirements.txt
	$(PYTHON) -m venv build/peers
	build/peers/bin/python -m pip install --quiet --requirement $<
	touch $@

# The levels of setup.py.
AVX2 := -mavx2 -mbmi -mbmi2
AVX512 := -mavx512f -mavx512bw -mavx512vl -mavx512vbmi
CHECKS := -std=c11 -fsyntax-only -Werror -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow

lint: build
	$(CC) $(CHECKS) ext/kernels/*.c ext/driver/*.c
	$(CC) $(CHECKS) $(AVX2) ext/kernels/*.c
	$(CC) $(CHECKS) $(AVX2) $(AVX512) ext/kernels/*.c
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	PATH="$(CURDIR)/$(BIN):$$PATH" cython-lint ext/mfdecode ext/driver

# requirements*.txt are compiled from pyproject.toml, the one list of dependencies.
lock:
	$(LOCK) --output-file requirements.txt pyproject.toml
	$(LOCK) --extra dev --output-file requirements-dev.txt pyproject.toml

check-lock: build
	$(MAKE) lock
	git diff --exit-code requirements.txt requirements-dev.txt || \
	    { echo "requirements*.txt are stale: run make lock and commit them"; exit 1; }

clean:
	rm -rf .venv build out mfdecode/*.so driver/*.so
