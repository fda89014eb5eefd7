# Each target is a thin line over a command that you could type; README.md shows those commands.
PYTHON ?= python3
SHELL := /bin/sh
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export CDK_DISABLE_CLI_TELEMETRY := true

.DEFAULT_GOAL := help
.PHONY: help setup demo test unit bench synth diff deploy lint format lock snapshots clean

help: ## Show what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: ## Set up .venv and the CDK CLI, if need be
	@$(PYTHON) tools/set_up.py

demo: setup ## Deploy to an AWS on this machine and walk through every kind of access
	@python -m demo

test: setup ## Run all tests
	@python -m pytest -n 2 --dist loadfile

unit: setup ## Run the tests that need no deployment and are quick
	@python -m pytest -n 2 --dist loadfile -m "not end_to_end and not thorough"

mutation: setup ## Change the evaluator bit by bit and show what no test notices; ARGS="rules --every 5"
	@uv run --quiet --no-project --with mutmut==3.8.1 python tools/mutation.py $(ARGS)

bench: setup ## Measure speed and size, side by side with what one would use instead
	@python -m benchmarks

synth: setup ## Synthesize and check the stacks, with the example accounts of cdk.json
	@cdk synth --quiet
	@python tools/findings.py

diff: setup ## Compare the stacks with what is deployed
	@cdk diff -c app:deploying=true $(ARGS)

deploy: setup ## Deploy to the account of your AWS environment
	@cdk deploy --all -c app:deploying=true $(ARGS)

lint: setup ## Check style and types
	@ruff check .
	@ruff format --check .
	@mypy

format: setup ## Format the code
	@ruff check --fix --quiet .
	@ruff format .

lock: setup ## Pin the newest versions that pyproject.toml and package.json allow
	@uv pip compile pyproject.toml --all-extras --group dev --universal --upgrade --quiet \
		--no-header --no-emit-index-url --output-file requirements.txt
	@npm install --package-lock-only --omit-lockfile-registry-resolved

snapshots: setup ## Write the snapshots of the stacks anew
	@python -m pytest tests/stacks -n 2 --snapshot-update

clean: ## Remove what was set up and built
	@rm -rf .venv .cache node_modules cdk.out dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
