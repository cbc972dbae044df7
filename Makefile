# Needs make, and Python 3.11 or newer. `make help` lists the targets.

SHELL := /bin/sh
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VENV := .venv
PYTHON_IN_VENV := $(VENV)/bin/python
# Editable: the tests and the demo run what is in src/, and an edit needs no new install.
PIP_INSTALL := $(PYTHON_IN_VENV) -m pip install --quiet --disable-pip-version-check --no-input
# What decides whether an install is still good. Each stamp is newer than these, or its step runs again.
INSTALL_INPUTS := pyproject.toml src/parity/_version.py

# Without the compiled modules every command of the tests and the demo would compile the program anew.
unexport PYTHONDONTWRITEBYTECODE

LINTED := src tests bench demo examples
PYTEST := $(PYTHON_IN_VENV) -m pytest
# One more than the cores that a small machine has: many tests wait, for a server or for a lock.
WORKERS ?= 3

# The real cases and the referee lie beside the repository; nothing but `make conformance` needs the referee.
SHARED ?= ../shared
REFEREE := .referee
PRISMA := .prisma-cli
REFEREE_AT = PARITY_SHARED='$(abspath $(SHARED))' PARITY_ORACLE='$(abspath $(REFEREE))'

.PHONY: help demo test lint types format pytest fuzz faults conformance page bench bench-prisma servers clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# --- the environment ---------------------------------------------------------------------------------------------------

$(VENV)/.made: tools/make-venv.sh tools/apt.sh
	@sh tools/make-venv.sh $(VENV)
	@touch $@

# What a user gets from `pip install .`: SQLite alone, no driver.
$(VENV)/.runtime: $(VENV)/.made $(INSTALL_INPUTS)
	@echo "installing parity"
	@$(PIP_INSTALL) -e .
	@touch $@

# What the tests need besides.
$(VENV)/.test: $(VENV)/.made $(INSTALL_INPUTS)
	@echo "installing parity with what its tests need"
	@$(PIP_INSTALL) -e '.[test]'
	@touch $(VENV)/.runtime $@

servers: $(VENV)/.made
	@sh tools/install-postgresql.sh $(PYTHON_IN_VENV)
	@sh tools/install-pgbouncer.sh

# --- checks ------------------------------------------------------------------------------------------------------------

test: lint types pytest ## everything that must pass: ruff, mypy, pytest on throw-away servers

lint: $(VENV)/.test ## ruff: rules and formatting
	$(VENV)/bin/ruff check $(LINTED)
	$(VENV)/bin/ruff format --check $(LINTED)

types: $(VENV)/.test ## mypy, strict
	$(VENV)/bin/mypy
	cd examples/team-billing && ../../$(VENV)/bin/mypy --strict --cache-dir ../../.mypy_cache app

pytest: $(VENV)/.test servers ## the tests alone; ARGS='-k name' to choose
	$(PYTEST) -n $(WORKERS) $(ARGS)

format: $(VENV)/.test ## let ruff mend what it can
	$(VENV)/bin/ruff check --fix $(LINTED)
	$(VENV)/bin/ruff format $(LINTED)

fuzz: $(VENV)/.test servers ## the property tests, 50 times as many examples; broken schema files; 1,000 pairs
	$(PYTEST) -n $(WORKERS) -m hypothesis --hypothesis-profile=fuzz $(ARGS)
	$(REFEREE_AT) $(PYTHON_IN_VENV) tests/fuzz_language.py --seconds 1800
	PARITY_FUZZ_PAIRS=1000 $(PYTEST) -n $(WORKERS) tests/property $(ARGS)

# In turn, not side by side: what is measured is how long an application waits.
faults: $(VENV)/.test servers ## 500 kills of each kind of script, 50 deployers at once 20 times, and all other faults
	PARITY_FAULT_KILLS=500 PARITY_FAULT_DEPLOYERS=50 PARITY_FAULT_ROUNDS=20 PARITY_FAULT_LONGEST=14 PARITY_FAULT_TABLES=1000 \
		PARITY_FAULT_MEGABYTES=50 PARITY_FAULT_SLOWNESS=8000000 \
		$(PYTEST) -s tests/faults $(ARGS)

$(REFEREE)/.installed: tools/install-referee.sh $(wildcard $(SHARED)/oracle/*)
	@sh tools/install-referee.sh $(SHARED)/oracle $(REFEREE)
	@touch $@

conformance: $(VENV)/.test $(REFEREE)/.installed servers ## compare with the referee: needs node, and ../shared
	PARITY_CONFORMANCE=all $(REFEREE_AT) $(PYTEST) -n $(WORKERS) tests/conformance $(ARGS)
	@set -e; for harness in tests/conformance/*_against_referee.py; do \
		echo "$$harness"; $(REFEREE_AT) $(PYTHON_IN_VENV) "$$harness"; \
	done

page: $(VENV)/.test ## look at the page of `parity check --html` in a real browser: needs Chromium
	$(PYTEST) tests/conformance/page_in_a_browser.py $(ARGS)

# Only a URL that was written behind `make demo` counts: one that happens to be in the environment may be production's.
DEMO_URL := $(if $(findstring command,$(origin DATABASE_URL)),$(DATABASE_URL))

demo: $(VENV)/.runtime ## the daily workflow, run for real; DATABASE_URL=postgresql://… for a server
	@if [ -n '$(DEMO_URL)' ]; then $(PIP_INSTALL) -e '.[postgres]'; fi
	@$(PYTHON_IN_VENV) demo/story.py $(if $(DEMO_URL),'$(DEMO_URL)')

bench: $(VENV)/.test servers ## measure, as ratios within one run
	$(PYTHON_IN_VENV) bench/run.py $(ARGS)

$(PRISMA)/.installed: tools/install-prisma.sh
	@sh tools/install-prisma.sh $(PRISMA)
	@touch $@

bench-prisma: $(VENV)/.test $(REFEREE)/.installed $(PRISMA)/.installed ## measure beside Prisma's own: needs node, and ../shared
	$(REFEREE_AT) PARITY_PRISMA='$(abspath $(PRISMA))' $(PYTHON_IN_VENV) bench/run.py language scale $(ARGS)

clean: ## remove everything that was made here
	rm -rf $(VENV) $(REFEREE) $(PRISMA) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
