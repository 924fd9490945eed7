# Motorpool: `make run` is all it takes. Every target first brings .venv up to date if something changed.

.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
STAMP := $(VENV)/.installed
BIN := $(VENV)/bin
FRONTEND := $(shell find frontend src/motorpool/web/templates \( -name node_modules -o -name dist \) -prune -o -type f -print 2>/dev/null)
JOBS ?= 2
# A file's tests share what it sets up, so they stay together; tests/conftest.py puts the files in order.
PYTEST := $(BIN)/pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder tests

export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: help install run test check bench soak

help: ## Show this help
	@echo "Motorpool. Needs Python 3.11 or newer and nothing else."
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 18

install: $(STAMP) ## Install everything into .venv and build the web pages

run: $(STAMP) ## Start Motorpool with a demonstration fleet and print the address
	@exec $(BIN)/motorpool run

test: $(STAMP) ## Run the tests
	$(PYTEST)

check: $(STAMP) ## Format, lint, types, layers, migrations, then the tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy --strict src
	$(BIN)/lint-imports --no-logo
	@echo "migrations against models, in an empty database"
	@place=$$(mktemp -d) && chmod 711 "$$place" && \
	  export MOTORPOOL_DATA_DIR="$$place/data" MOTORPOOL_DATABASE_URL= MOTORPOOL_DATABASE_APP_URL= && \
	  { $(BIN)/motorpool db upgrade && $(BIN)/motorpool db check; code=$$?; rm -rf "$$place"; exit $$code; }
	$(PYTEST)

bench: $(STAMP) ## Measure the ratios of bench/README.md
	$(BIN)/python -m bench

soak: $(STAMP) ## Run the long forms of the tests and the full figures
	MOTORPOOL_SOAK=1 $(PYTEST)
	$(BIN)/python -m bench --full

# Hashes are checked for every package, and nothing that is not pinned can slip in (--no-deps). The build requirements
# are among them, so the package itself is built without a second, unchecked environment.
$(STAMP): requirements.txt pyproject.toml hatch_build.py $(wildcard src/motorpool/fleet/vin/making.py src/motorpool/fleet/vin/*.json) $(FRONTEND)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Motorpool needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) --version 2>/dev/null || echo missing)." \
	       "Name another with: make $(or $(MAKECMDGOALS),install) PYTHON=python3.12" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { \
	  echo "Python's venv module is missing; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@cmp -s requirements.txt $(VENV)/.requirements || { \
	  echo "Installing the pinned packages ..."; \
	  $(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements.txt && \
	  cp requirements.txt $(VENV)/.requirements; }
	@echo "Building Motorpool ..."
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@
