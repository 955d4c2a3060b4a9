# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Needs Python 3.11 or later, git and bash. Everything else goes into .venv and build, both ignored by git.
PYTHON ?= python3
VENV := .venv
PORT ?= 4566
export GPG_KEY
LOCK := tests/requirements.lock

# The stamp's name tells what is installed: other requirements or another Python, and it is made anew.
STAMP := $(VENV)/ready-$(shell { cat $(LOCK); $(PYTHON) --version; } 2>&1 | cksum | cut -d ' ' -f 1)
RUN = @$(VENV)/bin/python tests/tools/run.py

.DEFAULT_GOAL := help
.PHONY: help demo test check simulator venv lock install artifact lint docs-lint format unit functional e2e \
	examples units sanity integration test-clients test-pipelines test-reliability test-security test-mutations bench \
	bench-peers bench-docs site docs chromium pipeline-tools client-tools test-matrix nightly importer ee molecule sbom \
	probe live live-clean \
	release-check clean distclean

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-17s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "  PYTHON=... picks the interpreter ($(PYTHON)), PORT=... the simulator's port ($(PORT))"

demo: venv ## build, install and show everything against the local simulator
	$(RUN) demo

test: venv ## from nothing: lint, docs, tests, ansible-test, artifact, demo, and some of what takes longest
	$(RUN) test

check: venv ## the inner loop: lint and the quick tests
	$(RUN) check

simulator: venv ## the local ECS API in the foreground
	@exec $(VENV)/bin/python tests/simulator --port $(PORT)

venv: $(STAMP) ## the virtual environment, renewed when the lock changes

$(STAMP):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Python 3.11 or later is needed, $(PYTHON) is $$($(PYTHON) --version 2>&1 | head -n 1)." \
	    "Name one: make PYTHON=/path/to/python3.12 ..."; exit 1; }
	@have=$$($(VENV)/bin/python --version 2>/dev/null); want=$$($(PYTHON) --version); \
	  [ "$$have" = "$$want" ] || { echo "=== virtual environment in $(VENV), $$want"; $(PYTHON) -m venv --clear $(VENV); }
	@echo "=== packages: $(LOCK)"
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(LOCK)
	@rm -f $(VENV)/ready-*
	@touch $@

lock: venv ## the newest versions that the requirements files allow, with their hashes, into the lock
	@$(VENV)/bin/python tests/tools/lock.py renew

install: artifact ## install the built collection for the current user
	@$(VENV)/bin/ansible-galaxy collection install --offline --no-deps --force build/dist/imageops-alicloud-*.tar.gz

artifact: venv ## build the collection into build/dist and check what is in it
	$(RUN) artifact

lint: venv ## ruff, mypy, yamllint, ansible-lint
	$(RUN) lint

docs-lint: venv ## plugin documentation, prose, changelog, licences
	$(RUN) docs-lint

format: venv ## put the Python code into shape
	@$(VENV)/bin/ruff check --quiet --select I --fix . && $(VENV)/bin/ruff format .

unit: venv ## the unit tests, in pytest
	$(RUN) unit

functional: venv ## the modules against the in-process simulator
	$(RUN) "functional in full"

e2e: venv ## whole playbook runs against the simulator
	$(RUN) e2e

units: venv ## the unit tests, in ansible-test
	$(RUN) "ansible-test units"

sanity: venv ## ansible-test's sanity tests
	$(RUN) "ansible-test sanity in full"

integration: venv ## the integration targets, in ansible-test
	$(RUN) "ansible-test integration"

examples: venv ## every example of the documentation
	$(RUN) examples

test-clients: venv client-tools ## clients of PyPI, npm and Debian, in Python, Node, Go and Ruby, packer, and Ansible with mitogen
	$(RUN) test-clients

test-pipelines: venv pipeline-tools ## the pipelines to copy: run by gitlab-ci-local, and linted; needs Node 20 and Java 17
	$(RUN) "pipelines in full"

test-reliability: venv ## every kill, fault and race, and the model test; writes their figures into the documentation
	$(RUN) test-reliability

test-security: venv ## credentials, policies, hostile answers and input, leaks; writes their figures into the documentation
	$(RUN) test-security

test-mutations: venv ## take out each guard in turn, and see a test go red
	$(RUN) test-mutations

bench: venv ## the benchmarks: a table, and build/bench/results.json
	@$(VENV)/bin/python tests/benchmarks

bench-peers: venv ## what other tools are compared with, into build/peers
	@$(VENV)/bin/python tests/benchmarks --install-peers

bench-docs: venv ## the last benchmarks' figures into the documentation
	@$(VENV)/bin/python tests/benchmarks --docs

site: venv ## the documentation site alone, into build/docs
	$(RUN) "docs site"

docs: venv chromium ## the documentation site into build/docs, looked at in a browser
	$(RUN) docs

# gitlab-ci-local calls the one, npm-groovy-lint the other.
pipeline-tools:
	@command -v rsync >/dev/null || { apt-get update -qq && apt-get install -y -qq rsync; }
	@command -v java >/dev/null || { apt-get update -qq && apt-get install -y -qq default-jre-headless; }

CLIENTS := packer ruby-fog-aliyun golang-go golang-github-denverdino-aliyungo-dev
client-tools:
	@missing=$$(for name in $(CLIENTS); do dpkg -s $$name >/dev/null 2>&1 || echo $$name; done); \
	  [ -z "$$missing" ] || { apt-get update -qq && apt-get install -y -qq $$missing; }

chromium:
	@for name in chromium chromium-browser google-chrome; do command -v $$name >/dev/null && exit; done; \
	  apt-get update -qq && apt-get install -y -qq chromium

test-matrix: venv chromium ## sanity, units and integration on every ansible-core and Python, and the slow checks
	$(RUN) test-matrix

nightly: venv chromium pipeline-tools client-tools ## everything there is, for a machine that has the night: goes on after what fails, and names it
	@$(VENV)/bin/python tests/tools/run.py --go-on test nightly

# What runs against an account gets its settings by these names.
LIVE = LIVE_LEVEL="$(LEVEL)" LIVE_REGIONS="$(REGIONS)" LIVE_IMAGE="$(IMAGE)" LIVE_SHARE_WITH="$(SHARE_WITH)" \
  LIVE_CONFIRM="$(CONFIRM)" LIVE_RECORD="$(RECORD)" $(VENV)/bin/python tests/live

probe: venv ## ask your account what the simulator assumes: free calls, or LEVEL=copy IMAGE=... CONFIRM=<account id>
	@$(LIVE) probe

live: venv ## the integration targets against your account, CONFIRM=<account id>; see integration_config.yml.template
	@$(LIVE) run

live-clean: venv ## take away what a killed run left in your account, CONFIRM=<account id>
	@$(LIVE) clean

importer: venv ## Galaxy's importer
	$(RUN) importer

ee: venv ## what ansible-builder makes of the collection
	$(RUN) "execution environment"

molecule: venv ## the molecule scenario, as users copy it
	$(RUN) molecule

sbom: venv ## the bill of materials (CycloneDX) from the lock, into build/sbom
	@$(VENV)/bin/python tests/tools/sbom.py

release-check: venv ## build, sign (GPG_KEY=...), install and run what would be published
	$(RUN) release-check

clean: ## remove what was built
	@rm -rf build .ansible tests/output
	@find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +

distclean: clean ## remove the virtual environment too
	@rm -rf $(VENV)
