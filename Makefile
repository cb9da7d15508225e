# What people use. Each works from a fresh clone and asks nothing.
.PHONY: run demo test chaos bench down backup restore verify format clean help

run: ## Start everything, make one picture, stay up until Ctrl-C
	@eng/run

demo: ## The same, then check the picture, the webhook and the trace, and stop
	@eng/run --check

test: ## Every test, against real servers
	@eng/test

chaos: ## Kill everything in turn while some 200 jobs run, and check that nothing was lost, doubled or untold
	@eng/chaos

bench: ## Measure every path against a baseline, in ratios, and write docs/speed.md: make bench, or BENCH=delivery for one
	@eng/bench $(BENCH)

down: ## End what a killed run may have left
	@eng/down

backup: ## Copy the databases and the pictures into a folder: make backup TO=folder
	@eng/backup $(or $(TO),backup)

restore: ## Bring them back into an empty system: make restore FROM=folder
	@eng/restore $(or $(FROM),backup)

verify: ## Compare every picture's bytes with their hash
	@eng/verify

format: ## Put the code in the house's form
	@dotnet format MjAspire.sln

clean: ## Forget everything written at run time: data, keys, logs, tools
	@eng/clean

help: ## What there is
	@sed -nE 's/^([a-z]+):.*## /\1\t/p' Makefile | expand -t 10
