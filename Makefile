# Everything a developer, a tester or CI does. `make` alone explains.
PYTHON ?= python3
PYTEST ?=
UV := .tools/uv/bin/uv
export UV_PYTHON_DOWNLOADS = never
export UV_NO_PROGRESS = 1

.DEFAULT_GOAL := help
.PHONY: help run test lint demo bench soak coverage mutation conformance migrate docs wheel sbom dump

help: ## this list
	@echo "Senim: an open e-government trust platform. Targets:"
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-12s %s\n", $$1, $$2 }'

run: .venv/.run ## everything on this machine, in the foreground; data in .senim/; for real phones: make run LAN=1
	@exec .venv/bin/senim up $(if $(filter 1,$(LAN)),--lan,$(if $(LAN),--lan=$(LAN)))

test: .venv/.dev ## every test but the long ones of make soak (as root, installs the Debian packages it needs); one file: make test PYTEST="tests/pki"
	@tools/need_debian.sh
	.venv/bin/python -m pytest -n 2 --dist loadgroup $(if $(PYTEST),,-p tools.clauses) $(PYTEST)

lint: .venv/.dev ## style, types, import contracts, texts, browser scripts as built
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/python -m pytest -q tests/guards
	@tools/check_browser.sh

demo: .venv/.dev ## the main job over HTTP against a fresh instance (or SENIM_URL), artefacts in demo/
	@.venv/bin/python -m tools.demo

bench: .venv/.dev ## measurements beside their limits, to bench.json; a part: make bench ONLY=ocsp
	@tools/need_debian.sh wrk golang-cfssl:cfssl || true
	@ONLY=$(ONLY) .venv/bin/python -m tools.bench

soak: .venv/.soak ## the long runs: tests marked soak, kills for MINUTES (10), coverage, mutation for MUTATION (60) minutes
	@.venv/bin/python -m pytest -q -m soak
	@.venv/bin/python -m tools.soak $(MINUTES)
	@$(MAKE) --no-print-directory coverage
	@$(MAKE) --no-print-directory mutation MINUTES=$(or $(MUTATION),60)

coverage: .venv/.soak ## which lines the tests in one process reach, room by room
	@.venv/bin/coverage run --branch --source=src/senim -m pytest -q -m "not soak and not whole and not browser"
	@.venv/bin/coverage report --skip-covered --sort=cover

mutation: .venv/.soak ## do the tests notice changes; to docs/mutation.md; resumable: make mutation ONLY=pki MINUTES=30; AGAIN=1
	@nice .venv/bin/python -m tools.mutation $(ONLY) $(if $(MINUTES),--minutes $(MINUTES)) $(if $(AGAIN),--again)

conformance: .venv/.dev ## every clause with the tests that show it, to conformance.json (make test does the same)
	@tools/need_debian.sh
	.venv/bin/python -m pytest -q -p tools.clauses -m "clause and not soak" -n 2 --dist loadgroup

migrate: .venv/.run ## bring the database's tables up to this version
	@.venv/bin/senim migrate

docs: .venv/.dev ## the pages of docs/ that are made from data (glossary, settings)
	@.venv/bin/python -m tools.glossary
	@.venv/bin/python -m tools.settings_page

wheel: $(UV) ## the wheel, the same bytes from every checkout, to dist/
	@$(UV) build --quiet --wheel --out-dir dist --build-constraint tools/build.txt --require-hashes

sbom: .venv/.dev ## what a delivered Senim is made of (CycloneDX), to dist/sbom.json
	@.venv/bin/python -m tools.sbom

dump: .venv/.dev ## the main job's data as this version keeps it, for tests of later migrations
	@.venv/bin/python -m tools.dump

$(UV): tools/uv.txt
	@python=$$($(PYTHON) tools/need_python.py) && \
	"$$python" -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --root-user-action ignore \
		--upgrade --target .tools/uv -r tools/uv.txt
	@touch $@

# What is installed already stays, so that `make run` after `make test` does not take the tests' tools away.
.venv/.run: $(UV) pyproject.toml uv.lock
	@python=$$($(PYTHON) tools/need_python.py) && \
	$(UV) sync --quiet --frozen --inexact --no-default-groups --extra platform --python "$$python"
	@touch $@

.venv/.dev: $(UV) pyproject.toml uv.lock
	@python=$$($(PYTHON) tools/need_python.py) && \
	$(UV) sync --quiet --frozen --all-extras --python "$$python"
	@touch $@ .venv/.run

.venv/.soak: .venv/.dev
	@$(UV) sync --quiet --frozen --inexact --all-extras --group soak
	@touch $@
