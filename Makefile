# Mitwirken. `make run` and `make test` are all a newcomer needs; `make help` lists the rest.
PYTHON ?= python3
JOURNEYS ?= tests/journeys
VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
MANAGE := $(PY) manage.py
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Tools import the package from where it lies.
export PYTHONPATH := src

.DEFAULT_GOAL := help
.PHONY: help run setup test check journeys bench messages screenshots clean

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' | column -t -s '|'

run: setup ## start everything with demo data on http://localhost:8000/ (PORT=… for another)
	@DEBUG=1 $(MANAGE) run

setup: $(VENV)/.base .frontend $(VENV)/.messages

# Requirements are hashed; the stamp is newer than the file only after a complete install.
$(VENV)/.base: requirements/base.txt
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --require-hashes --requirement requirements/base.txt
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.base
	@$(BIN)/pip install --quiet --require-hashes --requirement requirements/dev.txt
	@touch $@

.PHONY: .frontend
.frontend: $(VENV)/.base
	@$(PY) scripts/frontend.py

$(VENV)/.messages: $(shell find src -name '*.po' 2>/dev/null) $(VENV)/.base
	@$(PY) scripts/messages.py --compile
	@touch $@

test: setup $(VENV)/.dev ## unit tests (DATABASE_URL=postgres://… for the PostgreSQL lane)
	@TESTING=1 $(BIN)/pytest -q -n 2

check: setup $(VENV)/.dev ## style, types, layers, catalogue, migrations, deployment settings, licences
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/djhtml --tabwidth 2 --check $$(git ls-files '*.html')
	@PYTHONPATH=src $(BIN)/lint-imports --no-cache
	@TESTING=1 $(BIN)/mypy
	@TESTING=1 $(MANAGE) makemigrations --check --dry-run
	@$(PY) scripts/messages.py --check
	@SECRET_KEY=$$($(PY) -c "import secrets; print(secrets.token_urlsafe(60))") ALLOWED_HOSTS=check.example SITE_URL=https://check.example DEBUG=0 $(MANAGE) check --deploy --fail-level WARNING
	@$(BIN)/reuse lint --quiet

journeys: setup $(VENV)/.dev ## promises to people, in a real browser (needs Chromium)
	@TESTING=1 $(BIN)/pytest -q -n 2 $(JOURNEYS) -o addopts="--strict-markers -p no:cacheprovider"

bench: setup $(VENV)/.dev ## speed as ratios: a table and JSON lines
	@status=0; for file in bench/[a-z]*.py; do $(PY) $$file || status=1; done; exit $$status

messages: setup ## take up new texts into the German catalogues
	@$(PY) scripts/messages.py

screenshots: setup $(VENV)/.dev ## make the pictures of the README
	@$(PY) scripts/screenshots.py

clean: ## remove everything that was generated, the demo's database too
	@rm -rf $(VENV) node_modules var src/mitwirken/ui/static/vendor
