# Two commands on a fresh machine: `make run` and `make test`. Nothing but Python 3.11+ and make is needed beforehand.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test check bench fuzz soak chaos format requirements clean

run: $(VENV)/.runtime
	@$(BIN)/hotline run

test: $(VENV)/.dev
	@$(BIN)/python tools/install_test_parts.py
	@$(BIN)/pytest -n 2 --dist loadgroup

check: $(VENV)/.dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/hotline flows check flows
	@$(BIN)/hotline flows test flows

bench: $(VENV)/.dev
	@$(BIN)/python -m benchmarks.run

# 100,000 files offered as flows, in about ten minutes. FUZZ_FILES=1000 for fewer.
FUZZ_FILES ?= 100000
fuzz: $(VENV)/.dev
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-fuzz.txt \
	  || echo "hotline: no atheris for this Python; its share of the files is drawn otherwise"
	@$(BIN)/python -m tests.fuzz.run $(FUZZ_FILES)

# 50,000 random histories of the lines, held against what must always be true. ROUTING_HISTORIES=2000 for fewer.
ROUTING_HISTORIES ?= 50000
soak: $(VENV)/.dev
	@$(BIN)/python -m tests.routing.soak $(ROUTING_HISTORIES)

# Processes killed under load, at eight times the pace, Redis among them: about three minutes.
chaos: $(VENV)/.dev
	@$(BIN)/python tools/install_test_parts.py
	@$(BIN)/pytest -p no:cacheprovider tests/end_to_end/chaos_under_load.py

format: $(VENV)/.dev
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

# Compiles requirements.in and requirements-dev.in to hashed files.
requirements: $(VENV)/.dev
	$(BIN)/pip-compile -q --no-emit-options --no-header --generate-hashes --strip-extras -o requirements.txt requirements.in
	$(BIN)/pip-compile -q --no-emit-options --no-header --generate-hashes --strip-extras --allow-unsafe -o requirements-embedded.txt requirements-embedded.in
	$(BIN)/pip-compile -q --no-emit-options --no-header --generate-hashes --strip-extras --allow-unsafe -o requirements-dev.txt requirements-dev.in

$(VENV)/bin/python:
	@echo "hotline: making a virtual environment in $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "hotline needs Python 3.11 or later; set PYTHON=python3.11")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: $(VENV)/bin/python requirements.txt requirements-embedded.txt pyproject.toml
	@echo "hotline: installing what it needs (about a minute, once)"
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.txt -r requirements-embedded.txt
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.txt
	@echo "hotline: installing what its tests need"
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

clean:
	rm -rf $(VENV) var build *.egg-info
