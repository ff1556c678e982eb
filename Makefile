# Two commands do everything: make run, make test. Both build .venv first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: build run test lint lock clean

build: $(VENV)/built

$(VENV)/installed: requirements.txt requirements-dev.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	@touch $@

$(VENV)/built: $(VENV)/installed setup.py pyproject.toml $(shell find ext -name '*.py' -o -name '*.pyx' -o -name '*.pxd' -o -name '*.[ch]' | grep -v '^ext/mfdecode/.*\.c$$')
	$(BIN)/python setup.py --quiet build_ext --inplace
	$(BIN)/python -m pip install --quiet --no-build-isolation --no-deps --editable .
	@touch $@
