# Porchlight's commands; `make` alone prints them. The first that needs it makes .venv from the pinned requirements.

PYTHON ?= python3
export AWS_DEFAULT_REGION ?= us-east-1
# What `make tenant` and `make connect` are told (infra/ reads it), if it was told on this command line: shells have a NAME too.
TOLD := NAME SLUG EMAIL COLOUR PHONE CONTACT LOCALE CURRENCY TIME_ZONE
$(foreach one,$(TOLD),$(if $(filter command,$(origin $(one))),$(eval export $(one)),$(eval unexport $(one))))

BIN := .venv/bin
READY := .venv/.ready
# It pins an older botocore than ours, so it lives in an environment of its own.
MINISTACK := .venv/ministack/.ready
# Tests are compiled once, whatever the shell says of that: it takes each worker ten seconds.
PYTEST := env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest -q -n auto --dist loadfile --no-loadscope-reorder $(ARGS)
# It is big, and wants libraries of its own.
CHECKOV := .venv/checkov/.ready
# No default: what is meant for one stage must not reach another because nobody said which.
STAGED = test -n "$(STAGE)" || { echo "Say which stage: make $@ STAGE=prod" >&2; exit 1; }
AUDITED := $(BIN)/python -m infra.audit $(if $(filter strict,$(AUDIT)),--strict)
TEMPLATE_JUDGED := $(BIN)/python -m infra.checkov .venv/checkov/bin/checkov
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate
CATALOGUE := chalicelib/locales
BABEL := $(BIN)/pybabel --quiet

.DEFAULT_GOAL := help
.PHONY: help run test check bench audit package secrets deploy tenant connect lock format locales clean

help:  ## Print these lines
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(READY)  ## Start the sandbox: portal, desk, Stripe and all, on http://localhost:8000 (PORT=9000, PREFIX=/api)
	@exec $(BIN)/python -m sandbox

test: $(READY) $(MINISTACK)  ## Run all tests; those in a browser need Chromium
	@$(PYTEST)

check: $(READY) $(MINISTACK) $(CHECKOV)  ## What CI runs: format, lint, types, layers, audit, tests
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(AUDITED)
	@$(TEMPLATE_JUDGED)
	@$(PYTEST)

audit: $(READY) $(CHECKOV)  ## Look for advisories of what is pinned, and for what is unsafe in the template (AUDIT=strict)
	@$(AUDITED)
	@$(TEMPLATE_JUDGED)

bench: $(READY)  ## Measure; prints a table and writes bench/results.json
	@$(BIN)/python -m bench $(ARGS)

package: $(READY)  ## Build the template and the zip to deploy into out/ (STAGE=prod)
	@$(BIN)/python -m infra.package --stage $(or $(STAGE),prod) out/

secrets: $(READY)  ## Make a stage's missing secrets, take Stripe's: make secrets STAGE=prod (ROTATE=signing)
	@$(STAGED)
	@$(BIN)/python -m infra.deploy.secrets --stage $(STAGE) $(if $(ROTATE),--rotate $(ROTATE))

deploy: $(READY)  ## Deploy a stage to AWS as infra/stages/<stage>.toml says: make deploy STAGE=prod
	@$(STAGED)
	@$(BIN)/python -m infra.deploy --stage $(STAGE)

tenant: $(READY)  ## Create a company: make tenant NAME="Bright Pools" SLUG=bright EMAIL=owner@bright.example
	@$(BIN)/python -m infra.tenant

connect: $(READY)  ## Say where a company stands with Stripe, and print its private link: make connect SLUG=bright
	@$(BIN)/python -m infra.connect

lock: $(READY)  ## Pin what pyproject.toml allows, with hashes, in requirements.txt and requirements-dev.txt
	@$(LOCK) pyproject.toml -o requirements.txt
	@$(LOCK) pyproject.toml --group dev -o requirements-dev.txt

format: $(READY)  ## Put the code into its one form
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format --quiet .

locales: $(READY)  ## Collect the words of pages and mails, and compile the translations
	@$(BABEL) extract -F $(CATALOGUE)/babel.cfg -k N_ --no-wrap --no-location --sort-output -o $(CATALOGUE)/portal.pot chalicelib
	@$(BABEL) update -D portal -i $(CATALOGUE)/portal.pot -d $(CATALOGUE) --no-wrap --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	@$(BABEL) compile -D portal -d $(CATALOGUE)
	@rm $(CATALOGUE)/portal.pot

clean:  ## Remove what was made, .venv included
	@rm -rf .venv build out .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): requirements.txt requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Porchlight needs Python 3.11 or newer. Name one: make PYTHON=python3.12 …" >&2; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }
	@echo "Installing what requirements-dev.txt pins into .venv …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

$(MINISTACK): tests/races/requirements.txt $(READY)
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv/ministack
	@$(BIN)/uv pip install --quiet --require-hashes --python .venv/ministack -r tests/races/requirements.txt
	@touch $@

$(CHECKOV): tests/infra/requirements-checkov.txt $(READY)
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv/checkov
	@$(BIN)/uv pip install --quiet --require-hashes --python .venv/checkov -r tests/infra/requirements-checkov.txt
	@touch $@
