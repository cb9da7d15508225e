# What people use. Each works from a fresh clone and asks nothing.
.PHONY: run demo test down format clean

run: ## Start everything, make one picture, stay up until Ctrl-C
	@eng/run

demo: ## The same, then check the picture, the webhook and the trace, and stop
	@eng/run --check

test: ## Every test, against real servers
	@eng/test

down: ## End what a killed run may have left
	@eng/down

format: ## Put the code in the house's form
	@dotnet format MjAspire.sln

clean: down ## Forget everything written at run time: data, keys, logs, tools
	@rm -rf .mj
