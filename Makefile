# make demo    set everything up and watch the main job happen
# make test    set everything up and pass the tests
# make lint    ruff, mypy and import-linter
# make bench   measure speed, memory and latency
# make soak    the long tests: 20,000 files, 50 kills, every mutant
# make harm    write tags into 20,000 broken files and count the harmed ones
# make demo-model   train the built-in model anew and write its card (hours; needs ../shared)
# make papers-learn   see every published architecture learn (half an hour; needs ../shared)

PYTHON ?= python3
export ORT_DISABLE_TELEMETRY := 1
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test lint bench soak harm demo-model papers-learn setup setup-client apt clean

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
	OMP_NUM_THREADS=1 $(BIN)/pytest -n 3 --dist worksteal

soak: setup apt
	OMP_NUM_THREADS=1 $(BIN)/pytest -m soak -p no:cacheprovider

bench: setup
	$(BIN)/python -m benchmarks.speed.throughput
	$(BIN)/python -m benchmarks.speed.latency
	$(BIN)/python -m benchmarks.speed.footprint
	$(BIN)/python -m benchmarks.speed.endpoint

papers-learn: setup
	OMP_NUM_THREADS=1 $(BIN)/pytest -m "soak or not soak" tests/trainer/architectures/test_learns.py

demo-model: setup
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[ear]'
	$(BIN)/python -m benchmarks.accuracy.demo_model

harm: setup
	$(BIN)/python -m tests.daemon.writing.harm 20000

clean:
	rm -rf $(VENV) .demo .cache
