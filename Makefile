# Two commands on a fresh machine (Python 3.11 or later with venv, and make):
#
#     make demo    plan the messy sample file against the sample directory, and print the plan
#     make test    run the tests
#
# and a third, for those who want to see it: make host
#
# Each makes its own .venv from the package index. `make check` is what CI runs. Say PYTHON=... for another interpreter.

SHELL := bash
BIN := .venv/bin
ENVIRONMENT := PYTHON="$(PYTHON)" tools/environment.sh
EXTRAS := cli,report,template
# As many processes as there are cores.
PYTEST_ARGS ?= -n auto
BENCH_ARGS ?=
# What says the same of every build of the library, and takes long, is not run once more for the wheel and the lowest versions.
ONCE := $(addprefix --ignore=tests/,hostile property hosts $(addprefix test_,threads.py pairs_of_options.py isolation.py \
  review_page.py encoding.py dialect.py text.py text_reader.py excel.py xml.py work.py documents.py benchmarks.py wild_text.py \
  seams.py excel_damage.py identity_cases.py header.py number_format.py mapping_owners.py codes_page.py))
# Tests that look at samples unless `make fuzz` asks for everything.
THOROUGH := tests/hostile tests/property tests/hosts $(addprefix tests/test_,threads.py isolation.py anonymise.py encoding.py text.py \
  text_reader.py)
# Of fuzzing, for each fuzzer.
SECONDS_EACH ?= 60

.PHONY: help
help:  ## This list
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## /\1	/' | expand -t 16

.venv/.runs: pyproject.toml tools/environment.sh
	@$(ENVIRONMENT) .venv --editable '.[$(EXTRAS)]'
	@touch $@

.venv/.develops: .venv/.runs
	@$(ENVIRONMENT) .venv --group dev
	@touch $@

# Exit code 1 of the plan says that some rows are blocked, which is what the sample is for.
DEMO := qooper-ingest plan participants.xlsx --schema schema.json --directory directory.csv --role mentee

.PHONY: demo
demo: .venv/.runs  ## Plan the messy sample file against the sample directory, and print the plan
	@printf '\n$$ cd docs/samples; %s\n\n' '$(DEMO)'
	@cd docs/samples && { ../../$(BIN)/$(DEMO) || [ $$? -eq 1 ]; }

.venv/.hosts: .venv/.runs
	@$(ENVIRONMENT) .venv --group examples
	@touch $@

.PHONY: host
host: .venv/.hosts  ## Run the example host with sample people on http://127.0.0.1:8000
	@cd examples && ../$(BIN)/python -m host

.PHONY: test
test: .venv/.develops  ## Run the tests, the examples of the docs included
	@$(BIN)/python -m pytest -q $(PYTEST_ARGS)

.PHONY: lint
lint: .venv/.develops  ## Lint and check the format
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

.PHONY: types
types: .venv/.develops  ## Check the types: the library and the example hosts with mypy, code as its users write it with mypy and pyright
	@$(BIN)/mypy src tests/typing examples/host
	@$(BIN)/pyright --pythonpath $(BIN)/python

.PHONY: wheel
wheel: .venv/.develops  ## Build the wheel and the source archive
	@rm -rf dist
	@$(BIN)/python -m build . >/dev/null
	@ls dist

.PHONY: test-wheel
test-wheel: wheel  ## Run the tests against the installed wheel, in an environment of its own
	@rm -rf .wheel-venv
	@$(ENVIRONMENT) .wheel-venv "$$(ls dist/*.whl)[$(EXTRAS)]" --group dev
	@.wheel-venv/bin/python -I -c 'import qooper_ingest as q; assert "site-packages" in q.__file__, q.__file__'
	@.wheel-venv/bin/python -m pytest -q $(ONCE) $(PYTEST_ARGS)

.PHONY: test-oldest
test-oldest: .venv/.develops  ## Run the tests with the lowest versions that pyproject.toml allows
	@rm -rf .oldest-venv
	@$(BIN)/python tools/lowest.py pyproject.toml > .lowest.tmp
	@$(ENVIRONMENT) .oldest-venv --constraint .lowest.tmp --editable '.[$(EXTRAS)]' --group dev
	@.oldest-venv/bin/python -m pytest -q $(ONCE) $(PYTEST_ARGS)

.PHONY: reproducible
reproducible: .venv/.develops  ## Build the wheel and the source archive twice, and compare them byte for byte
	@rm -rf dist build/again
	@export SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct 2>/dev/null || echo 1700000000); \
	  $(BIN)/python -m build --outdir dist . >/dev/null && $(BIN)/python -m build --outdir build/again . >/dev/null
	@for file in dist/*; do cmp "$$file" "build/again/$${file##*/}"; done
	@$(BIN)/twine check --strict dist/*
	@sha256sum dist/*

.audit-venv/.audits: pyproject.toml tools/environment.sh
	@$(ENVIRONMENT) .audit-venv --group audit
	@touch $@

.PHONY: audit
audit: .audit-venv/.audits  ## Look for known weaknesses of the dependencies, and of the workflows
	@.audit-venv/bin/zizmor --offline --persona=pedantic --quiet .
	@.audit-venv/bin/pip-audit --progress-spinner off .

.PHONY: check
check:  ## Everything that CI runs; at the end it says where its time went
	@table=(); began=$$SECONDS; \
	  report() { printf '\nSeconds:\n'; printf '%s\n' "$${table[@]}"; printf '%6d  in all\n' $$((SECONDS - began)); }; \
	  trap report EXIT; \
	  for stage in .venv/.develops lint types test test-wheel test-oldest; do \
	    start=$$SECONDS; said=; \
	    $(MAKE) --no-print-directory $$stage || said=' (failed)'; \
	    table+=("$$(printf '%6d  %s%s' $$((SECONDS - start)) "$${stage#.venv/.}" "$$said")"); \
	    [ -z "$$said" ] || exit 1; \
	  done

.PHONY: reference
reference: .venv/.develops  ## Write docs/reference.md, docs/codes.md and docs/schemas anew
	@$(BIN)/python docs/make_reference.py
	@$(BIN)/python docs/make_schemas.py
	@$(BIN)/python docs/make_codes.py

.docs-venv/.builds: pyproject.toml tools/environment.sh
	@$(ENVIRONMENT) .docs-venv --group docs
	@touch $@

.PHONY: site
site: .docs-venv/.builds  ## Build the documentation site into build/site, strictly: any warning or dead link ends it
	@NO_MKDOCS_2_WARNING=1 .docs-venv/bin/mkdocs build --quiet
	@echo "build/site/index.html"

.PHONY: docs
docs: reference site  ## Write the reference and the schemas anew, and build the site

.PHONY: samples
samples: .venv/.develops  ## Write docs/samples anew
	@$(BIN)/python docs/samples/make_samples.py

.venv/.benches: .venv/.runs
	@$(ENVIRONMENT) .venv --group bench
	@touch $@

.PHONY: bench
bench: .venv/.benches  ## Time plan_import beside other ways to do it: BENCH_ARGS="--warm --rows 200 10000"
	@$(BIN)/python benchmarks/bench_plan.py $(BENCH_ARGS)

.PHONY: bench-report
bench-report: .venv/.benches  ## Measure everything, and write benchmarks/README.md and its picture: BENCH_ARGS="--measure warm"
	@$(BIN)/python benchmarks/write_report.py $(or $(BENCH_ARGS),--measure)

.PHONY: fuzz
fuzz: .venv/.develops  ## Run the fuzzers, and in full the tests that look at samples otherwise
	@$(BIN)/python tests/fuzz/fuzz_identity.py $(SECONDS_EACH)
	@$(BIN)/python tests/fuzz/fuzz_identity.py $(SECONDS_EACH) --tenants
	@$(BIN)/python tests/fuzz/fuzz_excel.py $(SECONDS_EACH)
	@$(BIN)/python tests/fuzz/fuzz_xml.py $(SECONDS_EACH)
	@QOOPER_INGEST_EXAMPLES=2000 $(BIN)/python -m pytest -q $(THOROUGH) $(PYTEST_ARGS)

.PHONY: clean
clean:  ## Remove environments and everything that was built
	@rm -rf .venv .docs-venv .audit-venv .wheel-venv .oldest-venv dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis benchmarks/data
