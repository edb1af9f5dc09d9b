# Everything a person does with Facturier starts here. `make help` lists it.
.DEFAULT_GOAL := help
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
MAKEFLAGS += --no-print-directory
.SILENT:

PYTHON ?= python3.13
DEV := .venvs/dev
SAM := .venvs/sam
EMULATOR := .venvs/emulator
UV := .venvs/uv/bin/uv
RUN := $(DEV)/bin/python
export PYTHONPATH := $(CURDIR)/layers/invoicing:$(CURDIR)
export PATH := $(CURDIR)/$(DEV)/bin:$(PATH)

# An environment is made again when its lock file is newer than its stamp.
.venvs/uv/stamp: requirements/uv.txt
	$(PYTHON) -m venv .venvs/uv
	.venvs/uv/bin/pip install --quiet --disable-pip-version-check --require-hashes --requirement $<
	touch $@

.venvs/%/stamp: requirements/%.txt .venvs/uv/stamp
	echo "environment $*"
	$(UV) venv --quiet --clear --python $(PYTHON) .venvs/$*
	$(UV) pip sync --quiet --require-hashes --python .venvs/$*/bin/python $<
	touch $@

# Only Stripe's OpenAPI file is wanted from this package; its code asks for a newer Python.
.cache/stripe_openapi/stamp: requirements/stripe_openapi.txt .venvs/uv/stamp
	rm -rf .cache/stripe_openapi
	$(UV) pip install --quiet --no-deps --require-hashes --only-binary :all: --python-version 3.14 \
		--target .cache/stripe_openapi --requirement $<
	touch $@

.PHONY: help environments lock
help: ## this list
	grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | column -t -s $$'\t'

environments: .venvs/dev/stamp .venvs/sam/stamp .venvs/emulator/stamp .cache/stripe_openapi/stamp ## make the Python environments in .venvs/

lock: .venvs/uv/stamp ## lock requirements/*.in again, with hashes and without index addresses
	for name in uv invoicing weasyprint einvoice emulator sam dev; do
		$(UV) pip compile --quiet --upgrade --python-version 3.13 --generate-hashes --no-emit-index-url \
			--no-emit-find-links --no-header requirements/$$name.in --output-file requirements/$$name.txt
	done
	$(UV) pip compile --quiet --upgrade --python-version 3.14 --no-deps --only-binary :all: --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-header requirements/stripe_openapi.in \
		--output-file requirements/stripe_openapi.txt
