# The portal's commands. `make` lists them. The work is done by the scripts in .ci.
.DEFAULT_GOAL := help
.PHONY: help setup setup-test run test check coverage mutants bench lock messages migrations format account clean
SHELL := bash

PORT ?= 8000
DEMO ?= 1
PYTHON ?=
ARGS ?=
export PORT DEMO PYTHON
# A DATABASE_URL that happens to stand in the environment may be a production server's: `make run`
# takes one only from its own command line.
ifneq ($(origin DATABASE_URL),command line)
OWN_DATA := env -u DATABASE_URL
endif

help: ## this list
	@printf 'MOU portal. Commands:\n\n'
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20
	@printf '\nmake run PORT=8001 serves on another port; make run DEMO=0 leaves the made-up data out.\n'

setup: ## install what the portal needs, into .venv (and system packages, as root)
	@.ci/setup run

setup-test: ## install what tests and checks need on top
	@.ci/setup test

run: ## install, load the memorandum and a demonstration, serve on 127.0.0.1:8000
	@$(OWN_DATA) .ci/serve

test: ## all tests: SQLite, PostgreSQL, Chromium (ARGS="-k word" for some)
	@.ci/test $(ARGS)

check: ## style, types, layers, templates, migrations, settings, translations
	@.ci/check

coverage: ## the share of the code that the tests touch, against its floors
	@.ci/coverage

mutants: ## change the payer rule and the shares in small ways, to see that tests notice (5 minutes)
	@.ci/mutants $(ARGS)

bench: ## measure speed and size, and compare with the figures that must hold
	@.ci/bench $(ARGS)

messages: ## collect the texts to translate into mou_portal/locale, and compile them
	@.ci/messages

migrations: ## write migrations for changed models (NAME=what_changed)
	@$(OWN_DATA) .ci/manage makemigrations $(if $(NAME),--name $(NAME))

format: ## put Python and templates into their standard form
	@.ci/format

lock: ## pin the packages of requirements/*.in anew (ARGS="--upgrade" for newer ones)
	@.ci/lock $(ARGS)

account: ## make an administrator's account
	@$(OWN_DATA) .ci/manage createsuperuser

clean: ## remove what can be made again; the data in var stays
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache htmlcov .coverage var/log var/test-files
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
