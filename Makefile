# Everything a fresh machine needs is Python 3.12 or newer and make.
PORT ?= 8000
PREFIX ?= /opt/portal
PYTHON := $(shell for python in python3.14 python3.13 python3.12 "$$HOME"/.pyenv/versions/3.1[2-9]*/bin/python3 python3; do \
	"$$python" -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 12))' 2>/dev/null && echo "$$python" && break; done)
CATALOGUES := $(wildcard portal/locale/*/LC_MESSAGES/*.po portal/locale_django/*/LC_MESSAGES/*.po)
BIN := .venv/bin
VNU := var/tools/node_modules/vnu-jar
FEED_READER := var/tools/node_modules/rss-parser
NPM := npm install --silent --no-audit --no-fund --prefix
BIOME_VERSION := 2.6.8
BIOME_DIR := var/tools/biome-$(BIOME_VERSION)
BIOME := $(BIOME_DIR)/node_modules/.bin/biome

# The tests start Python a hundred times: it need not compile the portal each time.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run install test check lint tools fmt lock messages mutants

help: ## List what make can do
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: .venv/run $(CATALOGUES:.po=.mo) ## Install, prepare and serve the portal with its demo content (PORT=8000)
	@mkdir -p var && (umask 077; test -s var/secret_key || $(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))' > var/secret_key)
	@SECRET_KEY="$$(cat var/secret_key)" ALLOWED_HOSTS=127.0.0.1,localhost SITE_URL="http://127.0.0.1:$(PORT)" \
		$(BIN)/python manage.py try_out --port "$(PORT)"

install: ## Install the portal for systemd into PREFIX (HOST=portal.example names it the first time)
	@test -n "$(PYTHON)" || { echo "The portal needs Python 3.12 or newer with its venv module; none was found on this machine." >&2; exit 1; }
	@PYTHON="$(PYTHON)" PREFIX="$(PREFIX)" DESTDIR="$(DESTDIR)" HOST="$(HOST)" CERTIFICATE="$(CERTIFICATE)" KEY="$(KEY)" \
		sh deploy/systemd/install.sh

test: .venv/test $(CATALOGUES:.po=.mo) ## Run all tests, or TESTS (TEST_DATABASE_URL and TEST_CACHE_URL name a PostgreSQL and a Redis)
	$(BIN)/pytest -q -n auto --no-loadscope-reorder $(TESTS)

check: lint test ## Run what CI runs: lint, then test

lint: .venv/test $(CATALOGUES:.po=.mo) tools ## Check format, style, types, templates, scripts, migrations and the settings of a deployment
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/djade --check --target-version 6.1 $$(git ls-files 'templates/*.html')
	@if test -x $(BIOME); then $(BIOME) check --error-on-warnings; else echo "npm is not installed: the scripts and style sheets are not checked."; fi
	DEBUG=1 $(BIN)/mypy
	DEBUG=1 $(BIN)/python manage.py makemigrations --check --dry-run
	SECRET_KEY="$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))')" ALLOWED_HOSTS=portal.example EMAIL_URL=smtp+tls://mail.example \
		$(BIN)/python manage.py check --deploy --fail-level WARNING

tools: ## Install the checkers that come from npm, where npm is installed
	@if command -v npm >/dev/null; then test -x $(BIOME) || $(NPM) $(BIOME_DIR) @biomejs/biome@$(BIOME_VERSION); fi
	@if command -v java >/dev/null && command -v npm >/dev/null; then test -d $(VNU) || $(NPM) var/tools vnu-jar@26.9.27; fi
	@if command -v npm >/dev/null; then test -d $(FEED_READER) || $(NPM) var/tools rss-parser@3.13.0; fi

mutants: .venv/test $(CATALOGUES:.po=.mo) ## Break the code in 200 small ways and show which ones no test sees (hours)
	$(BIN)/python -m bench.mutants

fmt: .venv/test tools ## Format everything and repair what can be repaired by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/djade --target-version 6.1 $$(git ls-files 'templates/*.html')
	@if test -x $(BIOME); then $(BIOME) check --write; fi

lock: .venv/test ## Write the locked requirements anew from pyproject.toml
	$(BIN)/pip install --quiet uv
	for extra in "-o requirements.txt" "--group dev -c requirements.txt -o requirements-dev.txt"; do \
		UV_PYTHON_DOWNLOADS=never $(BIN)/uv pip compile pyproject.toml --quiet --generate-hashes --no-header --no-annotate \
			--no-emit-index-url --universal --python-version 3.12 --python $(BIN)/python $$extra; done

messages: .venv/test ## Collect new strings into the catalogues (needs GNU gettext)
	DEBUG=1 $(BIN)/python manage.py makemessages $(patsubst portal/locale/%/LC_MESSAGES/django.po,--locale %,$(wildcard portal/locale/*/LC_MESSAGES/django.po)) \
		--no-location --no-obsolete --ignore .venv --ignore var --ignore tests

%.mo: %.po
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@ --locale $(notdir $(patsubst %/LC_MESSAGES/,%,$(dir $<)))

.venv/run: requirements.txt
	@test -n "$(PYTHON)" || { echo "The portal needs Python 3.12 or newer with its venv module; none was found on this machine." >&2; exit 1; }
	@test "$$(df -Pk . | awk 'NR == 2 { print $$4 }')" -gt 1000000 || { echo "The portal needs 1 GB of free disk space; this disk has less." >&2; exit 1; }
	@echo "Installing what the portal is built from …"
	@test -x $(BIN)/pip || "$(PYTHON)" -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/test: .venv/run requirements-dev.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@
