# Two commands do everything: `make site` builds content/ into site/, `make test` runs every test.

SHELL := /bin/bash
VENV := .venv
PYTHON ?= python3
# The instant at which the example is alive: one incident open, one maintenance running.
NOW := 2026-11-24T09:30:00Z
REAL ?=
QUICK ?=
# The example and the tests need no configuration of the machine, least of all these.
unexport SOURCE_DATE_EPOCH STATUSGEN_EXAMPLES

.PHONY: site test test-spark test-fast test-thorough lighthouse lint bench lock golden messages screenshots clean

site: $(VENV)/.site
	$(VENV)/bin/statusgen build --content content --out site --now $(NOW)

test: $(VENV)/.test $(VENV)/.node $(VENV)/.hosts lint
	@command -v chromium >/dev/null || $(MAKE) chromium
	@command -v java >/dev/null || $(MAKE) apt PACKAGES=default-jre-headless
	$(VENV)/bin/python -m pytest -n 2 --dist worksteal -m "not wheel and not spark"
	$(VENV)/bin/python -m pytest -m wheel

# DuckDB and a local Spark over the same hostile logs. Installs the extra `spark`, some 450 MB, and Java.
test-spark: $(VENV)/.spark
	@command -v java >/dev/null || $(MAKE) apt PACKAGES=default-jre-headless
	$(VENV)/bin/python -m pytest -m spark

# Everything but the browser, the HTML checker, CI's steps, the wheel and Spark: what you run while you work.
test-fast: $(VENV)/.test
	$(VENV)/bin/python -m pytest -n 2 --dist worksteal -m "not (wheel or browser or vnu or spark or handover)"

test-thorough: $(VENV)/.test
	STATUSGEN_EXAMPLES=50000 $(VENV)/bin/python -m pytest -n 2 tests/test_uptime_laws.py

# The example as Lighthouse sees it, on a phone: 100 in all four, or it fails.
lighthouse: $(VENV)/.lighthouse site
	@command -v chromium >/dev/null || $(MAKE) chromium
	$(VENV)/bin/python -m tools.lighthouse

lint: $(VENV)/.test
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy

# make bench             a generated history of 2,000 incidents, and of 4,000; builds again; and scans of logs
# make bench REAL=DIR    a content folder of yours, too
# make bench QUICK=1     with a tenth of the logs (all of them take some minutes and 2 GB of disk)
bench: $(VENV)/.test
	$(VENV)/bin/python -m tools.bench $(if $(REAL),--content "$(REAL)")
	$(VENV)/bin/python -m tools.bench_responder
	$(VENV)/bin/python tools/bench_logs.py $(if $(QUICK),--quick)

# Renew the pinned versions from the ranges in pyproject.toml.
lock: $(VENV)/.test
	$(call pin,build,constraints.txt,)
	$(call pin,dev,constraints-dev.txt,-c constraints.txt)
	$(call pin,spark,constraints-spark.txt,-c constraints-dev.txt)

pin = $(VENV)/bin/uv pip compile --system-certs pyproject.toml --extra $(1) $(3) --upgrade --universal --python-version 3.11 \
	--generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links -o $(2) --quiet

# Renew the golden site of the tests after a change that is meant; read the diff before you commit it.
golden: $(VENV)/.test
	$(VENV)/bin/python tools/golden.py --now $(NOW)

# Put new texts of the code and of the templates into the catalogues, and list what is to be translated.
messages: $(VENV)/.test
	$(VENV)/bin/python tools/messages.py

screenshots: $(VENV)/.test
	@command -v chromium >/dev/null || $(MAKE) chromium
	$(VENV)/bin/python tools/screenshots.py --now $(NOW)

clean:
	rm -rf $(VENV) .statusgen site.prev site.next.* site.lock tests/node/node_modules

# What runs the product: pinned, with hashes.
$(VENV)/.site: constraints.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "statusgen needs Python 3.11 or newer"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || $(MAKE) apt PACKAGES=python3-venv
	[ -x $(VENV)/bin/pip ] || $(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check --use-pep517 --require-hashes -r constraints.txt
	$(VENV)/bin/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# What works on it.
$(VENV)/.test: constraints-dev.txt $(VENV)/.site
	$(VENV)/bin/pip install --quiet --disable-pip-version-check --use-pep517 --require-hashes -r constraints-dev.txt
	@touch $@

$(VENV)/.spark: constraints-spark.txt $(VENV)/.test
	$(VENV)/bin/pip install --quiet --disable-pip-version-check --use-pep517 --require-hashes -r constraints-spark.txt
	@touch $@

# What the tests need from npm: pinned, with hashes, and none of its scripts is run.
$(VENV)/.node: tests/node/package.json tests/node/package-lock.json $(VENV)/.site
	@command -v npm >/dev/null || $(MAKE) apt PACKAGES="nodejs npm"
	cd tests/node && npm ci --silent --ignore-scripts --omit=dev
	@touch $@

$(VENV)/.lighthouse: $(VENV)/.test $(VENV)/.node
	cd tests/node && npm ci --silent --ignore-scripts
	@touch $@

# nginx and Caddy are unpacked, not installed: no service starts on your machine.
$(VENV)/.hosts: $(VENV)/.site
	@$(MAKE) apt-update
	rm -rf $(VENV)/hosts && mkdir $(VENV)/hosts
	cd $(VENV)/hosts && apt-get download -qq nginx caddy && for package in *.deb; do dpkg -x $$package .; done && rm *.deb
	@touch $@

.PHONY: chromium apt apt-update
chromium:
	@$(MAKE) apt PACKAGES="chromium chromium-driver fonts-dejavu-core fonts-noto-core"

apt: apt-update
	@echo "installing $(PACKAGES) with apt"
	@$(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(PACKAGES) >/dev/null

apt-update:
	@$(SUDO) apt-get update -qq

SUDO = $$([ "$$(id -u)" = 0 ] || echo sudo)
