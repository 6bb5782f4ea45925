# make demo    set everything up and watch the main job happen
# make test    set everything up and pass the tests
# make lint    ruff, mypy and import-linter
# make bench   measure speed, memory and latency
# make demo-model   train the built-in model anew and write its card (hours; needs ../shared)

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test lint bench demo-model setup setup-client apt clean

setup-client: $(VENV)/.client
setup: $(VENV)/.all

$(VENV)/.client: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -e .
	touch $@

$(VENV)/.all: $(VENV)/.client pyproject.toml trainer/pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check torch==2.13.0
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[dev,tray]' -e trainer
	touch $@

apt:
	@packaging/install-apt-packages packaging/apt-test-packages.txt

demo: setup-client
	$(BIN)/earmark demo $(if $(PACK),--pack "$(PACK)")

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: setup apt lint
	$(BIN)/pytest -n 2 --dist worksteal

demo-model: setup
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[ear]'
	$(BIN)/python -m benchmarks.accuracy.demo_model

clean:
	rm -rf $(VENV) .demo .cache
