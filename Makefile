# Two commands do everything on a fresh machine with Python and make: `make demo` and `make test`.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
APT := libreoffice-writer-nogui python3-uno fonts-liberation fonts-crosextra-carlito fonts-noto-core poppler-utils pdftk-java strace
JOBS ?= 2
SPREAD := -n $(JOBS) --dist worksteal

.DEFAULT_GOAL := help

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP) programs ## environment, packages, LibreOffice and fonts

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	$(BIN)/python -m compileall -q formpipe
	@touch $@

programs: ## LibreOffice, its Python bridge and fonts by apt-get where it may
	@bash .ci/programs $(APT)

demo: setup ## six invented cases from filled forms to documents, in demo/
	$(BIN)/python tests/demo.py

test: setup ## the tests, fast ones
	$(BIN)/python -m pytest $(SPREAD) -q

heavy: setup ## the tests that take long: every order of every case
	$(BIN)/python -m pytest $(SPREAD) -q -m heavy

faults: setup ## some 4,000 faults in runs, each followed by a plain run; prints a table (17 minutes)
	$(BIN)/python tests/faultruns.py --jobs $(JOBS)

races: setup ## 2,000 forms dropped in every way while programs take them and are killed (7 minutes on a disk in memory)
	$(BIN)/python tests/dropraces.py

mutations: setup ## 20,000 seeded mutations of good forms, read and held against another reader (an hour)
	$(BIN)/python tests/mutantforms.py

many: setup ## 10,000 files at once, 100 hostile ones among them: memory, order, nothing left (an hour)
	$(BIN)/python tests/manyfiles.py

format: $(STAMP) ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: $(STAMP) ## format and lint, changing nothing
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(STAMP) ## mypy --strict
	$(BIN)/mypy

layers: $(STAMP) ## imports point down
	$(BIN)/lint-imports

coverage: setup ## tests with branch coverage: core 100 %, all 95 %
	rm -f .coverage .coverage.*
	$(BIN)/python -m coverage run -m pytest $(SPREAD) -q
	$(BIN)/python -m coverage combine -q
	$(BIN)/python tests/coverage_floors.py

check: lint types layers coverage ## everything that must hold before a commit

privacy: setup ## what the Jobcenter learns, proved on 10,000 random cases (a quarter of an hour)
	$(BIN)/python tests/privacy.py
	$(BIN)/python -m pytest -q -m privacy

mutants: setup ## mutation testing of the core (long)
	$(BIN)/mutmut run --max-children $(JOBS)
	$(BIN)/mutmut results

corpus: setup ## how well forms are read, beside plain library calls, on our own and where it lies on a corpus
	$(BIN)/python tests/corpus.py

bench: setup ## how fast formpipe is, beside the same work with the libraries as their manuals show it
	PYTHONPATH=tests $(BIN)/python benchmarks/bench.py $(GROUPS)

pictures: setup ## every page of the cases' forms and documents as PNG, in pictures/
	$(BIN)/python tests/pictures.py

catalogues: $(STAMP) ## bring the word lists of the clients' languages up to date
	$(BIN)/python tests/catalogues.py

lock: ## make requirements.lock anew (needs uv)
	uv pip compile pyproject.toml --group dev --generate-hashes --python-version 3.11 --no-header -q -o requirements.lock

clean: ## remove what was made, the environment included
	rm -rf $(VENV) demo pictures mutants .coverage* .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info

.PHONY: help setup programs demo test heavy faults races mutations many format lint types layers coverage check mutants corpus bench pictures privacy lock clean
