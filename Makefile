# Every target makes its own set-up; a second call installs nothing.
# `make test` is all that a new machine with Python 3.11+, git and make needs.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: setup demo try test check format lock migration clean bench bench-gates bench-ready hammer chaos sandbox-env

setup: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("Threadwright needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.11 …" if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

demo: $(STAMP)
	@$(BIN)/python -m bot demo $(ARGS)

# LIVE=1 asks the real model of the settings; OPEN=1 shows the dashboard in the browser.
try: $(STAMP)
	@$(BIN)/python -m bot try $(if $(LIVE),--live) $(if $(OPEN),--open) $(ARGS)

test: $(STAMP)
	$(BIN)/python -m pytest $(ARGS)

# Minutes, and never a test: p50 and p99 beside the least work that does the same.
bench: $(STAMP)
	$(BIN)/python -m bot.bench $(ARGS)

# How good the gates are: false alarms on real code, recall on seeded faults. docs/proof.md
bench-gates: $(STAMP)
	$(BIN)/python -m bot.bench.gates $(ARGS)

# 40 known-good projects reach ready at the first go, their faulty twins only after repair. docs/proof.md
bench-ready: sandbox-env
	$(BIN)/python -m bot.bench.readiness $(ARGS)

# Kills the real processes at random and compares what people see with what had to happen. docs/reliability.md
chaos: $(STAMP)
	$(BIN)/python -m bot.chaos --kills $(or $(KILLS),10) --database $(or $(DATABASE),sqlite) $(if $(SEED),--seed $(SEED)) $(ARGS)

# The REST API against whatever fits or does not fit its description, with every check of schemathesis.
hammer: $(STAMP)
	$(BIN)/python -m tests.adapters.web.hammer $(ARGS)

# What generated code may use when it is run. EXTRA="NAME NAME==VERSION npm:NAME" adds to it, for good.
sandbox-env: $(STAMP)
	@$(BIN)/python -m core.sandbox.environment .sandbox-env $(EXTRA)

# Static only: nothing of the program runs, except the migrations against an empty file.
check: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m bot migrate --check

format: $(STAMP)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Names and versions only: no index address may ever be written here.
lock: $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check pip-tools
	$(BIN)/pip-compile --quiet --extra dev --upgrade --strip-extras --no-header --no-annotate --allow-unsafe \
	  --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options \
	  --output-file constraints.txt pyproject.toml

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

migration: $(STAMP)
	$(BIN)/python -m bot migrate --new "$(m)"

clean:
	rm -rf $(VENV) .sandbox-env demo-out data .mypy_cache .ruff_cache .pytest_cache .hypothesis
