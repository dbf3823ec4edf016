# `make help` lists what there is. Nothing but Python 3.11 or later, make and git has to be installed beforehand.

SHELL := /bin/sh
.DEFAULT_GOAL := help
# Bytecode makes every start about three times faster.
unexport PYTHONDONTWRITEBYTECODE

PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
IN := .venv/bin/
ROOT := $(if $(filter 0,$(shell id -u)),,sudo)
# Least share of lines and branches that the tests on SQLite must reach.
COVERAGE := 90

# Runs "pip install -r $(1)" when the requirements have changed since the last time.
define install
	@now="$$(cat requirements.txt $(1) | cksum)"; stamp=.venv/installed-$(1); \
	if [ "$$now" != "$$(cat $$stamp 2>/dev/null)" ]; then \
		echo "Installation de $(1)…  |  Installing $(1)…"; \
		$(IN)python -m pip install --quiet --disable-pip-version-check -r $(1) || { \
			echo "L'installation a échoué : vérifiez la connexion et la place sur le disque, puis recommencez." >&2; \
			echo "The installation failed: check the connection and the free space, then start again." >&2; exit 1; }; \
		echo "$$now" > $$stamp; \
	fi
endef

.PHONY: help
help: ## This list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

.PHONY: setup
setup: ## The environment in .venv, from requirements.txt
	@if [ -z "$(PYTHON)" ]; then \
		echo "Python 3.11 ou plus récent manque : installez-le (Debian, Ubuntu : sudo apt-get install python3 python3-venv)." >&2; \
		echo "Python 3.11 or later is missing: install it (Debian, Ubuntu: sudo apt-get install python3 python3-venv)." >&2; exit 1; fi
	@$(IN)python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv || { \
		echo "L'environnement n'a pas pu être créé : sudo apt-get install python3-venv, ou vérifiez la place sur le disque." >&2; \
		echo "The environment could not be made: sudo apt-get install python3-venv, or check the free space." >&2; exit 1; }
	$(call install,requirements.txt)

.PHONY: run
run: setup ## The whole tracker on this machine (PORT=8001 make run for another port)
	@exec $(IN)python -m capev_site.launcher

.PHONY: setup-dev
setup-dev: setup
	$(call install,requirements-dev.txt)

.PHONY: setup-test
setup-test: setup-dev
	@missing=""; \
	command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || missing="chromium fonts-dejavu-core"; \
	command -v msgfmt >/dev/null || missing="$$missing gettext"; \
	if [ -n "$$missing" ]; then \
		echo "Installing $$missing…"; \
		{ command -v apt-get >/dev/null && $(ROOT) apt-get update -qq && $(ROOT) apt-get install -y -qq --no-install-recommends $$missing >/dev/null; } || { \
			echo "The tests need $$missing, which could not be installed from here: install it by hand and start again." >&2; exit 1; }; \
	fi

.PHONY: test
test: check ## Checks, then all tests: on SQLite, then on PostgreSQL, with real Redis, workers and Chromium
	@# What needs no database or brings its own (browser, launcher) is played once, on SQLite; whole countries and what meets
	@# the database through Django alone on PostgreSQL; whatever speaks SQL, locks or counts on transactions on both.
	TEST_DATABASE=sqlite $(IN)python -m pytest -n 2 --dist loadgroup --durations=25 -m "not real_data and not by_django_alone"
	TEST_DATABASE=postgres $(IN)python -m pytest -n 2 --dist loadgroup --durations=25 -m "not browser and not no_database" \
		--ignore tests/ops/test_launcher.py

.PHONY: faults
faults: setup-test ## Breaks an installation on purpose: Redis, PostgreSQL, worker, site; sends a thousand records three times
	FAULTS=1 $(IN)python -m pytest -q -s tests/faults
	for database in sqlite postgres; do \
		REPLAYED=1000 TEST_DATABASE=$$database $(IN)python -m pytest -q --durations=10 tests/offline/test_replay.py \
			tests/rollup/test_kill.py tests/intake/test_two_at_once.py tests/linkage/plans/test_run.py || exit 1; \
	done

.PHONY: coverage
coverage: setup-test ## The share of lines and branches that the tests on SQLite reach; fails below $(COVERAGE) %
	@rm -f .coverage .coverage.*
	TEST_DATABASE=sqlite $(IN)python -m pytest -n 2 --dist loadgroup --cov --cov-report=
	$(IN)coverage report --fail-under=$(COVERAGE)

.PHONY: check
check: export SECRET_KEY := only-for-checks
check: setup-test ## Style, types, import directions, templates, migrations, translations, pinned packages that fit
	$(IN)python -m pip check
	$(IN)ruff check .
	$(IN)ruff format --check .
	$(IN)mypy
	$(IN)lint-imports
	$(IN)djlint --lint --quiet templates
	$(IN)python manage.py makemigrations --check --dry-run
	$(IN)python -m tests.translations

.PHONY: audit
audit: setup-dev ## Known advisories of the installed packages; asks a service on the internet (AUDIT=offline lets it fail)
	$(IN)python -m tests.advisories

.PHONY: messages
messages: setup-test ## Collects the texts to be translated into locale/
	$(IN)python manage.py makemessages --all --no-obsolete --ignore=.venv --ignore=var

.PHONY: demonstration
demonstration: setup ## Loads the demonstration data again
	$(IN)python manage.py load_demonstration

.PHONY: bench
bench: setup-dev ## Measures import and refresh beside their controls (BENCH=--quick, BENCH="--scale 40m")
	$(call install,requirements-bench.txt)
	$(IN)python -m tests.bench $(BENCH)

.PHONY: speed
speed: setup-test ## What pages weigh and how soon they show, in Chromium on a phone, some over 2G (SPEED=--save)
	$(IN)python -m tests.felt $(SPEED)

.PHONY: screenshots
screenshots: setup-test ## Remakes the pictures in docs/images
	$(IN)python -m tests.screenshots
