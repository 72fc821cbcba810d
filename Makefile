# Solstice. `make demo` runs a clinic; `make test` proves it; nothing needs to be installed by hand but Python and make.
SHELL := /bin/sh
.DEFAULT_GOAL := help
export PATH := $(CURDIR)/.venv/bin:$(CURDIR)/.tools/bin:$(PATH)
export UV_PROJECT_ENVIRONMENT := .venv
STEP := tools/step
UV := .tools/bin/uv
SOURCES := $(shell find src/solstice_web/assets/styles src/solstice_web/assets/scripts -type f 2>/dev/null)
CONTENT := $(shell find src/solstice/content -name '*.yaml' -o -name '*.md' 2>/dev/null)

help: ## say what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

# ---- what everything needs; each step runs only when its input changed ----
.build/tools: tools/bootstrap
	@mkdir -p .build
	@$(STEP) "Python tools (uv, Node where missing; about 20 s)" tools/bootstrap
	@touch $@

.build/run: .build/tools uv.lock pyproject.toml
	@$(STEP) "Python packages from the lock (about 20 s)" $(UV) sync --frozen --inexact --compile-bytecode --no-dev --python "$$(cat .tools/python)"
	@touch $@

.build/dev: .build/run
	@$(STEP) "Python packages for tests (about 10 s)" $(UV) sync --frozen --python "$$(cat .tools/python)"
	@touch $@

.build/npm: .build/tools package-lock.json
	@$(STEP) "npm packages from the lock (about 20 s)" npm ci --no-audit --no-fund
	@touch $@

.build/assets: .build/npm package.json tsconfig.json $(SOURCES)
	@$(STEP) "Stylesheet and scripts (about 5 s)" npm run build
	@touch $@

.build/content: .build/run $(CONTENT)
	@$(STEP) "Clinical content, checked and compiled (about 10 s)" sh -c 'solstice content check && solstice content compile'
	@touch $@

.build/system: tools/system-packages
	@mkdir -p .build
	@$(STEP) "Chromium and PostgreSQL for the tests, where missing (to 2 min)" tools/system-packages
	@touch $@

ready: .build/run .build/assets .build/content
ready-dev: ready .build/dev

# ---- the two commands ----
demo: ready ## a running clinic with invented people; prints the address and the sign-ins
	@solstice demo

test: ready-dev .build/system ## everything: check, web tests on both databases, drills in short form, journeys
	@tools/test

# ---- the rest ----
check: ready-dev ## format, lint, types, borders, unit and content tests (under 2 minutes)
	@tools/check

fix: ready-dev ## format and mend what can be mended
	ruff format .
	ruff check --fix .

bench: ready-dev ## the benchmarks, each beside its peer
	@for file in bench/*.py; do case $$file in */_*) ;; *) echo; echo "== $$file"; python $$file || exit 1;; esac; done

bench-plan: SIZES ?= 100,300,1000,3000,10000
bench-plan: ready-dev ## who should get what, beside econml and others; hours, resumes (REPS=20 SIZES=300,1000)
	@OPENBLAS_NUM_THREADS=1 python bench/plan_learning.py --peers --reps $(or $(REPS),20) --sizes $(SIZES)

drill: ready-dev .build/system ## kill, replay and power-cut tests in their long form
	SOLSTICE_SEARCH=1 pytest -q -n 2 tests/generative
	pytest -q -m drill -n 0 tests
	tools/with-postgres pytest -q -n 2 tests/web -m "not drill"

wheel: ready ## a wheel that carries the bundled assets
	$(UV) build

clean: ## remove what was built; keeps demo-data
	rm -rf .build .venv .tools node_modules dist src/solstice_web/assets/dist src/solstice/content/.compiled.json

.PHONY: help ready ready-dev demo test check fix bench bench-plan drill wheel clean
