# 邻里 Linli. `make` alone shows what there is.
.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test check bench lock clean
python := .venv/bin/python

help: ## 显示这些命令 / show these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## 安装所需的一切 / install everything that Linli needs
	@linli/setup/setup.sh

setup-dev:
	@linli/setup/setup.sh --dev

run: setup ## 以演示数据启动，Ctrl-C 停止 / start with demo data; Ctrl-C stops it
	@LINLI_DEMO=$${LINLI_DEMO:-1} .venv/bin/linli up

test: setup-dev ## 运行全部测试 / run every test
	@$(python) -m pytest

check: setup-dev ## 格式、静态检查、类型、导入规则 / format, lint, types, import rules
	@.venv/bin/ruff format --check
	@.venv/bin/ruff check
	@.venv/bin/mypy
	@.venv/bin/lint-imports

bench: setup-dev ## 运行基准测试 / run the benchmarks
	@$(python) benchmarks/fastagi.py

lock: ## 重新解析并锁定依赖 / resolve and pin the dependencies anew
	@linli/setup/lock.sh

clean: ## 删除数据与虚拟环境 / delete the data and the virtual environment
	@linli/setup/clean.sh
