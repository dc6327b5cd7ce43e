# The doors of the house. `make up` runs the site, `make test` runs all tests.

PYTHON ?= $(firstword $(shell command -v python3.11 python3.12 python3.13 python3))
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip install -qq --disable-pip-version-check -c constraints.txt
# Another package index to take torch from: one of CPU builds saves a machine without a GPU gigabytes.
TORCH_INDEX ?=
CHROMIUM := /usr/bin/chromium
PAGES := templates
TESTS ?= tests
# One process more than two cores: a quarter of the tests' time is waiting for servers and browsers.
JOBS ?= 3

.PHONY: up test soak pictures lint format bench install chromium clean

up: $(VENV)/.installed
	@exec $(PY) manage.py up

test: $(VENV)/.installed-dev chromium
	@OMP_NUM_THREADS=1 HF_HUB_OFFLINE=1 $(PY) -m pytest -q -n $(JOBS) --dist worksteal $(TESTS)

lint: $(VENV)/.installed-dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/lint-imports
	$(VENV)/bin/djlint --lint --quiet $(PAGES)
	$(VENV)/bin/mypy .
	@echo "checking production settings"
	@SECRET_KEY=$$($(PY) -c "import secrets; print(secrets.token_hex(32))"); export SECRET_KEY; \
	  export DEBUG=0 HTTPS=1 ENV_FILE=/dev/null ALLOWED_HOSTS=photos.example.org; \
	  $(PY) manage.py check --deploy --fail-level WARNING && \
	  $(PY) -W ignore manage.py makemigrations --check --dry-run

format: $(VENV)/.installed-dev
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

bench: $(VENV)/.installed-dev
	@for script in $(filter-out bench/soak.py,$(wildcard bench/[a-z]*.py)); do echo "== $$script"; $(PY) $$script || exit 1; done

# Fifty experts who misbehave against a site that is killed, for a quarter of an hour.
soak: $(VENV)/.installed-dev
	@OMP_NUM_THREADS=1 $(PY) bench/soak.py

# Pictures of the pages for docs/, from a site that `make up` runs in another window.
pictures: $(VENV)/.installed-dev
	@$(PY) docs/screenshots.py http://127.0.0.1:$${PORT:-8000} $${VAR_DIR:-var}/demo-accounts.txt

install: $(VENV)/.installed

$(PY):
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed."; exit 1; }
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" \
	  || { echo "Python 3.11 or newer is needed; $(PYTHON) is older."; exit 1; }
	@echo "Creating $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)

# torch goes first and alone: a plain range would pull the newest CUDA build.
$(VENV)/.installed: pyproject.toml constraints.txt | $(PY)
	@echo "Installing pinned packages (a few minutes the first time) ..."
	@$(PIP) $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX)) torch==2.13.0
	@$(PIP) -e '.[train,serve]'
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	@echo "Installing what the tests need ..."
	@$(PIP) -e '.[train,serve,dev]'
	@touch $@

# Browser tests need Debian's Chromium; without the right to install it they are skipped and say so.
chromium:
	@test -x $(CHROMIUM) || ! command -v apt-get >/dev/null || \
	  { SUDO=$$([ "$$(id -u)" = 0 ] || echo "sudo -n"); echo "Installing Chromium ..."; \
	    { $$SUDO apt-get update -qq && \
	      $$SUDO env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
	        chromium fonts-dejavu-core >/dev/null; } || \
	    echo "Chromium could not be installed: browser tests will be skipped."; }

clean:
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis staticfiles
