# make run    install into .venv and serve Glassbox on http://127.0.0.1:7860
# make test   install the test extra too and run the tests, the long ones excepted
# make bench  the benchmarks;  make soak  the long runs and the rest of the browser tests;  make weights  how each model is made

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do command -v $$p >/dev/null && \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' && echo $$p && break; done)
BIN := .venv/bin
ARGS ?=
PYTEST_ARGS ?=

.PHONY: run test lint lint-page bench soak chromium clean

run: .venv/installed
	@$(BIN)/python app.py $(ARGS)

test: .venv/installed-test chromium lint
	$(BIN)/python -m pytest -n 2 $(PYTEST_ARGS)

lint: .venv/installed-test lint-page
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# The page code: eslint and tsc, in the versions that package-lock.json names. Needs Node; the app does not.
lint-page:
	@if command -v npm >/dev/null; then $(MAKE) -s node_modules/.installed && npm run --silent lint; \
		else echo "No Node: the page code was not checked."; fi

node_modules/.installed: package-lock.json
	npm ci --silent
	@touch $@

bench: .venv/installed-test
	$(BIN)/python -m pytest tests/benchmarks --benchmark-only --timeout 1800 $(PYTEST_ARGS)

soak: .venv/installed-test chromium
	$(BIN)/python -m pytest -m soak --timeout 3600 $(PYTEST_ARGS)

# Debian and Ubuntu ship Python without its venv module; it is fetched if that is possible.
.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Glassbox needs Python 3.11 or newer, and found none."; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || sh tests/apt_install.sh python3-venv || \
		{ echo "Python's venv module is missing: apt-get install python3-venv"; exit 1; }
	@$(PYTHON) -m venv .venv

.venv/installed: requirements.txt | .venv/bin/python
	$(BIN)/python -m pip install -q -r requirements.txt
	@touch $@

.venv/installed-test: pyproject.toml .venv/installed
	$(BIN)/python -m pip install -q -r requirements.txt -e ".[test]"
	@touch $@

# Browser tests use Debian's Chromium; without one they are reported as skipped.
chromium:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
		sh tests/apt_install.sh chromium || \
		echo "No Chromium, and apt cannot install it: the browser tests will be skipped."

clean:
	rm -rf .venv node_modules build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache
