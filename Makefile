# What a newcomer types: make demo, make test. Everything they need, they install themselves.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo test check lock clean node-packages system-packages

demo: $(VENV)/ready
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh demo/demo.sh

test: $(VENV)/ready node-packages system-packages check
	$(BIN)/pytest -q -n auto

check: $(VENV)/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Debian packages that tests use for real: PostgreSQL, strace, Chromium. Without them those tests
# say so.
system-packages:
	@sh tests/postgres/install.sh
	@sh tests/browser/install.sh

# Other people's tools that the tests compare our answers with.
node-packages:
	@if command -v npm >/dev/null; then \
	  cd tests/node && (cmp -s package-lock.json node_modules/.flexplay-lock || \
	  (npm ci --silent && cp package-lock.json node_modules/.flexplay-lock)); \
	else echo "npm is not here: the tests against other people's npm tools will be skipped"; fi

$(VENV)/ready: requirements/dev.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q --require-hashes -r requirements/dev.txt
	$(BIN)/pip install -q --no-deps --no-build-isolation -e .
	@touch $@

# Rewrites the lock file from pyproject.toml.
lock:
	$(BIN)/pip install -q pip-tools
	$(BIN)/pip-compile -q --strip-extras --allow-unsafe --generate-hashes --no-emit-index-url \
	  --no-emit-trusted-host --no-emit-find-links --no-header --extra dev --extra build \
	  --extra sandbox --extra postgres --extra holidays --extra parquet --extra sql \
	  --output-file requirements/dev.txt pyproject.toml

clean:
	rm -rf $(VENV) tests/node/node_modules .mypy_cache .ruff_cache .pytest_cache
