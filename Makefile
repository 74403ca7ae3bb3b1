# `make` alone lists what can be made. Each target says in its comment what it does.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do command -v $$p >/dev/null && \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' && echo $$p && break; done)
BIN := .venv/bin
ARGS ?=
PYTEST_ARGS ?=
NAME ?=
HARDWARE ?=

.DEFAULT_GOAL := help
.PHONY: help run test lint bench soak soak-ci references pictures weights api-docs constraints space release chromium firefox nginx clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: .venv/installed ## install into .venv and serve Glassbox on http://127.0.0.1:7860 (ARGS="--port 8000")
	@$(BIN)/python app.py $(ARGS)

test: .venv/installed-test chromium nginx lint ## install the test extra too, then lint and run the tests, the long ones excepted (PYTEST_ARGS="-k adder")
	$(BIN)/python -m pytest -n 2 --dist worksteal $(PYTEST_ARGS)

lint: .venv/installed-test ## ruff and mypy, and eslint and tsc where there is Node
	@.ci/lint_page
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/installed-test chromium nginx ## the benchmarks, each beside a peer in the same run, and docs/benchmarks.md of it (PYTEST_ARGS="-k lottery")
	$(BIN)/python -m pytest tests/benchmarks --benchmark-only --benchmark-columns=median,rounds --timeout 1800 --figures docs $(PYTEST_ARGS)

references: .venv/installed-test chromium ## renew the pictures that the tabs are compared with; look at them before you commit
	$(BIN)/python -m pytest -m soak tests/browser/common/test_references.py --renew

soak: .venv/installed-test chromium firefox nginx ## the long tests, most of them in the browser
	$(BIN)/python -m pytest -m soak --timeout 3600 $(PYTEST_ARGS)

soak-ci: .venv/installed-test chromium nginx ## as many of the long tests as fit into twenty minutes
	$(BIN)/python -m pytest -n 2 --dist worksteal -m soak --minutes 20 --timeout 600 $(PYTEST_ARGS)

pictures: .venv/installed-test chromium ## make README's animations anew from the running app (NAME=xor makes one); look at them before you commit
	$(BIN)/python .ci/pictures.py $(NAME)

weights: .venv/installed ## how each model is made; NAME=gpt/adder makes one (CSVFILE=…, where it learns from a file of yours)
	@$(BIN)/python -m demos.common.models.make_weights $(NAME)

api-docs: .venv/installed ## write docs/api.md anew from the endpoints
	$(BIN)/python .ci/api_docs.py

constraints: .venv/installed-test ## write constraints.txt anew from what is installed, after the tests passed
	$(BIN)/python .ci/constraints.py

space: .venv/installed-test ## put what is pushed to a Hugging Face Space into build/space, checked (HARDWARE=t4-small)
	@$(BIN)/python .ci/space.py --hardware "$(HARDWARE)"

release: .venv/installed ## all that is checked before a version is tagged, in a clean clone; hours (ARGS=--again, also what passed)
	@$(BIN)/python .ci/release.py $(ARGS)

# Debian and Ubuntu ship Python without its venv module; it is fetched if that is possible.
.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Glassbox needs Python 3.11 or newer, and found none."; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || sh tests/apt_install.sh python3-venv || \
		{ echo "Python's venv module is missing: apt-get install python3-venv"; exit 1; }
	@$(PYTHON) -m venv .venv

# constraints.txt holds what the requirements need in turn to the versions that passed the tests. It installs nothing.
.venv/installed: requirements.txt constraints.txt | .venv/bin/python
	$(BIN)/python -m pip install -q -c constraints.txt -r requirements.txt
	@touch $@

.venv/installed-test: pyproject.toml .venv/installed
	$(BIN)/python -m pip install -q -c constraints.txt -r requirements.txt -e ".[test]"
	@touch $@

# Browser tests use Debian's Chromium (without one they are reported as skipped) and measure Korean text.
chromium:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
		sh tests/apt_install.sh chromium || \
		echo "No Chromium, and apt cannot install it: the browser tests will be skipped."
	@! command -v fc-list >/dev/null || fc-list :lang=ko family | grep -q . || sh tests/apt_install.sh fonts-nanum || \
		echo "No Korean font, and apt cannot install one: Korean text is measured in boxes."

# One long test visits the page in Firefox too.
firefox:
	@command -v firefox-esr >/dev/null || command -v firefox >/dev/null || sh tests/apt_install.sh firefox-esr || \
		echo "No Firefox, and apt cannot install it: its test will be skipped."

# Tests lead visitors to several workers by docs/deploy/nginx.conf.
nginx:
	@PATH="$$PATH:/usr/sbin" command -v nginx >/dev/null || sh tests/apt_install.sh nginx-light || \
		echo "No nginx, and apt cannot install it: its tests will be skipped."

clean: ## remove .venv, node_modules and what tools leave behind
	rm -rf .venv node_modules build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache
