# Sets up what it needs, once: everything lands in .venv. Needs Python 3.11 or newer and make.
#   make chat   install and open the app            make test   install and run the tests
#   make lint   style and types                     make slow   network, local-model and kill tests
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: chat test lint slow clean

chat: $(VENV)/.installed
	@$(BIN)/askpapers chat $(ARGS)

test: $(VENV)/.installed-dev
	@$(BIN)/python -m pytest $(ARGS)

lint: $(VENV)/.installed-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

slow: $(VENV)/.installed-dev
	@$(BIN)/askpapers models pull local
	@$(BIN)/python -m pytest -m "network or local_model or kills or fuzz" $(ARGS)

clean:
	rm -rf $(VENV)

# A stamp is newer than what it was made from, so a second run installs nothing.
$(VENV)/.installed: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing askpapers into $(VENV), a few minutes the first time ..."
	@$(PIP) -e .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing askpapers and its test tools into $(VENV), a few minutes the first time ..."
	@$(PIP) -e '.[dev]'
	@touch $(VENV)/.installed $@

# PYTHON=... names the interpreter; otherwise the first on the path that is new enough.
$(BIN)/python:
	@for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
	  if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    "$$python" -m venv $(VENV) && exit 0; \
	    rm -rf $(VENV); \
	    echo "$$python cannot make a virtual environment (see above)." >&2; exit 1; \
	  fi; \
	done; \
	echo "askpapers needs Python 3.11 or newer; found $$(python3 --version 2>&1 || true)." >&2; \
	echo "Install one, or name it: make PYTHON=/path/to/python3.11" >&2; \
	exit 1
