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

.venvs/%/stamp: requirements/%.txt | .venvs/uv/stamp
	echo "environment $*"
	$(UV) venv --quiet --clear --python $(PYTHON) .venvs/$*
	$(UV) pip sync --quiet --require-hashes --python .venvs/$*/bin/python $<
	touch $@

# Only Stripe's OpenAPI file is wanted from this package; its code asks for a newer Python.
.cache/stripe_openapi/stamp: requirements/stripe_openapi.txt | .venvs/uv/stamp
	rm -rf .cache/stripe_openapi
	$(UV) pip install --quiet --no-deps --require-hashes --only-binary :all: --python-version 3.14 \
		--target .cache/stripe_openapi --requirement $<
	touch $@

ENVIRONMENTS := .venvs/dev/stamp .venvs/sam/stamp .venvs/emulator/stamp .venvs/schemathesis/stamp \
	.cache/stripe_openapi/stamp
BUILT := .aws-sam/stamp
SOURCES := $(shell find functions layers templates requirements template.yaml samconfig.toml \
	-type f -not -path '*/__pycache__/*' 2>/dev/null)

export SAM_CLI_TELEMETRY := 0

.PHONY: help environments build openapi demo start stop test check lint settings audit sbom least-privilege simulation pictures soak bench load chaos deploy destroy lock

help: ## this list
	grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | column -t -s $$'\t'

demo: $(BUILT) ## play the story on the deployed template, write it to out/demo/, stop everything
	$(RUN) -m local.demo

test: $(BUILT) ## run all tests
	$(RUN) -m pytest --numprocesses 3 --dist loadgroup

start: $(BUILT) ## start the stack and leave it up
	$(RUN) -m local.stack start

stop: .venvs/dev/stamp ## stop it
	$(RUN) -m local.stack stop

check: lint test ## format, lint, types, templates and their settings, tests

lint: $(BUILT) settings ## all of that but the tests
	$(DEV)/bin/ruff format --check
	$(DEV)/bin/ruff check
	$(DEV)/bin/mypy
	$(DEV)/bin/cfn-lint template.yaml
	$(DEV)/bin/cfn-lint --regions us-east-1 --template edge.yaml
	$(SAM)/bin/sam validate --lint

settings: .venvs/audit/stamp ## look for unsafe settings in the templates; each exception says why
	.venvs/audit/bin/checkov --config-file .checkov.yaml --skip-download --file template.yaml --file edge.yaml

audit: settings ## that, and known vulnerabilities of what is deployed; ends with 3 where nobody could be asked
	$(RUN) -m audit

sbom: .venvs/audit/stamp .venvs/dev/stamp ## what is deployed, layer by layer, as CycloneDX into out/sbom/
	mkdir -p out/sbom
	for layer in invoicing weasyprint einvoice saxon networks fonts; do
		.venvs/audit/bin/python -m cyclonedx_py requirements requirements/$$layer.txt --output-reproducible \
			-o out/sbom/$$layer.json
	done
	$(RUN) -m audit.sbom out/sbom/weasyprint.json

least-privilege: $(BUILT) ## take each permission away and see a journey fail; SAMPLE=5 for five, ANEW=1 to search again
	$(RUN) -m tests.least_privilege $(if $(SAMPLE),--sample $(SAMPLE)) $(if $(ANEW),--anew) $(if $(ONLY),--only $(ONLY))

simulation: .venvs/dev/stamp ## play simulated seeds: the functions while calls crash, get lost or come twice; SEEDS=1000
	$(RUN) -m tests.simulation --seeds $(or $(SEEDS),1000)

pictures: .venvs/dev/stamp ## draw every kind of document into out/pictures/; ONLY=word for some of them
	$(RUN) -m local.pictures $(ONLY)

soak: $(BUILT) ## what takes long: 10,000 simulated seeds and payments, every mutant, 100,000 documents, 10,000 e-invoices and calls
	$(MAKE) simulation SEEDS=10000
	$(RUN) -m tests.simulation --seeds 1000 --transferring
	$(RUN) -m tests.simulation --mutants
	$(RUN) -m tests.simulation.deliveries 60000
	$(RUN) -m tests.simulation.many 10000
	$(RUN) -m tests.cli.proof.scale 100000
	$(RUN) -m tests.journeys.strangers 10000
	EINVOICE_EXAMPLES=10000 $(RUN) -m pytest tests/invoicing/adapters/einvoices/test_official_rules.py

bench: $(BUILT) .venvs/bench/stamp .venvs/runtime/stamp ## measure against others; ONLY=topic for one of them
	$(RUN) -m bench $(if $(ONLY),--only $(ONLY))

load: $(BUILT) ## post orders to a stack of its own, steadily and all at once, and look for each
	$(RUN) -m bench.operation load

chaos: $(BUILT) ## the same while workers die, answers are lost and the emulator is begun again
	$(RUN) -m bench.operation chaos

deploy: $(BUILT) ## deploy to AWS with the environment's credentials; STACK=name PARAMETERS="OperatorEmail=…" LOG_DAYS=365
	test -d .aws-sam/build/WeasyprintLayer/lib || { echo "the layer has no native libraries: build it where apt is"; exit 1; }
	$(RUN) -m layers.fonts.build
	$(SAM)/bin/sam deploy --stack-name "$(or $(STACK),facturier)" $(if $(PARAMETERS),--parameter-overrides $(PARAMETERS))
	cli/facturier --stack "$(or $(STACK),facturier)" dashboard
	cli/facturier --stack "$(or $(STACK),facturier)" logs --days $(or $(LOG_DAYS),90)

destroy: .venvs/dev/stamp ## remove a trial from AWS for ever, with all that it keeps; STACK=name
	read -rp "The name of the stack to remove for ever: " name
	cli/facturier --stack "$(or $(STACK),facturier)" destroy --confirm "$$name"

build: $(BUILT) ## build functions and layers with SAM

openapi: .venvs/dev/stamp ## write docs/openapi.json, the description of the API, from the code
	$(RUN) -m api

environments: $(ENVIRONMENTS) ## make the Python environments in .venvs/

$(BUILT): $(ENVIRONMENTS) $(SOURCES)
	echo "sam build"
	$(SAM)/bin/sam build > .cache/sam-build.log 2>&1 || { cat .cache/sam-build.log; exit 1; }
	touch $@

lock: .venvs/uv/stamp ## lock requirements/*.in again, with hashes and without index addresses
	for name in uv invoicing weasyprint einvoice saxon networks emulator sam schemathesis bench runtime audit dev; do
		$(UV) pip compile --quiet --upgrade --python-version 3.13 --generate-hashes --no-emit-index-url \
			--no-emit-find-links --no-header requirements/$$name.in --output-file requirements/$$name.txt
	done
	for name in fonts stripe_openapi; do # taken for their files, without what they need to run
		$(UV) pip compile --quiet --upgrade --python-version 3.14 --no-deps --only-binary :all: --generate-hashes \
			--no-emit-index-url --no-emit-find-links --no-header requirements/$$name.in \
			--output-file requirements/$$name.txt
	done
