# `make help` lists what there is. Everything runs from .venv and infra/local/node_modules, which `make setup` fills.
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3)
LIMITS ?= on
ARGS ?=
PY := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help setup build run token test quick browser check fix guide bench prove lock package

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Fill .venv and infra/local/node_modules (skips what is done)
	@$(PYTHON) infra/local/prepare.py

build: setup ## Build styles, scripts, catalogues and mail templates
	@$(PY) -m infra.local.build

run: build ## Run it all on http://localhost:7071 (PORT, DATA_DIR, LIMITS=off)
	@LIMITS=$(LIMITS) exec $(PY) -m infra.local.run

token: ## Print a bearer token of the running demo (EMAIL=admin@demo.example, SCOPE=Bookings.Read.All, PORT)
	@$(PY) -m infra.local.demo.token $(or $(EMAIL),admin@demo.example) $(SCOPE)

# Compiled files are kept whatever the environment says: each worker and host would compile everything anew.
test quick browser prove: export PYTHONDONTWRITEBYTECODE =

test: ## Set up and run every test (ARGS="-k word" for some)
	@$(PYTHON) infra/local/prepare.py --browser
	@$(PY) -m infra.local.build
	@$(PY) -m pytest -n 3 $(ARGS)

quick: build ## Run the tests that need no browser, host, Azurite, long experiment or walk through all there is (ARGS="-k word" for some)
	@$(PY) -m pytest -n 2 -m quick $(ARGS)

browser: ## Run only the tests in a browser
	@$(PYTHON) infra/local/prepare.py --browser
	@$(PY) -m infra.local.build
	@$(PY) -m pytest tests/browser $(ARGS)

check: setup ## Check format, lint, types and the direction of imports; print figures of the tree
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@$(PY) -m mypy
	@.venv/bin/lint-imports
	@$(PY) -m tests.tree

fix: setup ## Format, and mend what the linter can mend
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix .

guide: ## Take the pictures and films of the guides for customers from a demo that runs (PORT), into functions/guide
	@$(PY) -m infra.local.guide $(ARGS)

bench: build ## Measure speed and print the tables (ARGS="name" for some; history alone takes many minutes)
	@$(PY) -m tests.bench $(ARGS)

prove: build ## Run the long experiments under load and faults (ARGS=full, matrix, simulation, dates, report, browsers, office, package, azure or upgrade for one)
	@$(PY) -m tests.prove $(ARGS)

LOCKED = .venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
  --no-emit-find-links --custom-compile-command "make lock" --no-annotate

lock: setup ## Write requirements.txt from pyproject.toml: every package that the app needs, with its hashes; the same with its extra
	@$(LOCKED) -o requirements.txt pyproject.toml
	@$(LOCKED) -c requirements.txt --extra otel -o infra/requirements-otel.txt pyproject.toml

package: setup ## Make dist/azure and its zip: the app with its packages, compiled, as it is deployed
	@$(PY) -m infra.azure.package $(ARGS)
