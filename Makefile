# Everything a developer runs. PYTHON (3.11 or newer) makes the virtual environment.

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/requirements-dev.lock

.DEFAULT_GOAL := help
.PHONY: help setup demo test dialects check bench run doctor lock clean

help: ## Show these targets.
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(STAMP) ## Make .venv and install the locked requirements, if they changed.

demo: setup ## Run the bot in a world of its own, without any account; Ctrl-C ends it.
	@exec $(BIN)/python -m sandbox

test: setup ## Run the whole test suite.
	@exec $(BIN)/python -m pytest -n 4 --dist loadfile

dialects: setup ## Run jobs and scenes over every combination of dialects; takes an hour.
	@exec $(BIN)/python -m pytest tests/dialects -m dialects_all -n 2 --timeout 120

check: setup ## Check format, style, types and import contracts.
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup ## Measure streaming, throughput and memory; takes an hour.
	@exec $(BIN)/python -m benchmarks

run: setup ## Run the bot with the environment and .env.
	@exec $(BIN)/python -m bot run

doctor: setup ## Check the settings and the table of routes.
	@exec $(BIN)/python -m bot doctor

lock: setup ## Resolve the requirements anew.
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --group dev -c requirements.lock -o requirements-dev.lock

clean: ## Remove .venv and all caches; data/ stays.
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamp is a copy of what was installed: the same lock in a fresh checkout installs nothing,
# whatever the times of the files say.
$(STAMP): requirements-dev.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or newer is needed; name one: make setup PYTHON=python3.12" >&2; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv .venv || { rm -rf .venv; \
		echo "$(PYTHON) cannot make a virtual environment: install its venv package" \
			"(python3-venv on Debian and Ubuntu)" >&2; exit 1; }
	@cmp -s $< $@ || $(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--require-hashes -r $<
	@cp $< $@
