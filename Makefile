# 邻里 Linli. `make` alone shows what there is.
.DEFAULT_GOAL := help
.PHONY: help setup setup-dev ready run test test-survival test-chaos check bench screens lock clean
python := .venv/bin/python

help: ## 显示这些命令 / show these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: linli.toml ## 安装所需的一切 / install everything that Linli needs
	@linli/setup/setup.sh

setup-dev: linli.toml
	@linli/setup/setup.sh --dev

run: setup ## 启动（首次带演示数据），Ctrl-C 停止 / start, at first with demo data; Ctrl-C stops it
	@.venv/bin/linli up

linli.toml:
	@printf '%s\n' '# 本站设置，见 docs/operating.md / this site, see docs/operating.md' 'demo = true' 'provider_number = "96346"' 'quiet_hours = ""' > $@

test: setup-dev ## 运行全部测试 / run every test
	@PATH="$(CURDIR)/.venv/bin:$$PATH" tests/run.sh

ready: setup-dev
	@PATH="$(CURDIR)/.venv/bin:$$PATH" $(python) -m tests.ready

test-survival: setup-dev ## 停掉任意部分，求助仍响到人 / an SOS rings a person whatever is down, all 64 ways
	@$(python) -m tests.ready
	@PATH="$(CURDIR)/.venv/bin:$$PATH" $(python) -m pytest tests/survival --every-subset

test-chaos: setup-dev ## 随机杀掉派单的各部分，500 单不丢不重 / 500 orders while workers, Redis and the gateway are killed
	@PATH="$(CURDIR)/.venv/bin:$$PATH" $(python) -m pytest tests/chaos --all-orders
	@$(python) -m pytest tests/dispatch/model --hypothesis-profile=thorough

check: setup-dev ## 格式、静态检查、类型、导入规则 / format, lint, types, import rules
	@.venv/bin/ruff format --check
	@.venv/bin/ruff check
	@.venv/bin/mypy
	@.venv/bin/lint-imports

bench: setup-dev ## 运行基准测试 / run the benchmarks
	@$(python) benchmarks/fastagi.py
	@$(python) benchmarks/turn.py
	@$(python) benchmarks/sos.py
	@$(python) benchmarks/dispatch.py
	@$(python) benchmarks/console.py
	@$(python) benchmarks/start.py

screens: setup-dev ## 重新截取每一页的图 / draw every page of the console anew, for docs/screens
	@$(python) -m tests.gallery

lock: ## 重新解析并锁定依赖 / resolve and pin the dependencies anew
	@linli/setup/lock.sh

clean: ## 删除数据与虚拟环境 / delete the data and the virtual environment
	@linli/setup/clean.sh
