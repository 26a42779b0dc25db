# Two commands: `make run` and `make test`. Each sets up what it needs in .venv, again when requirements/ changes.

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check install -qq --require-hashes
CAMPAIGN := config/campaigns/kczg-2023.toml
UV ?= uv
LOCK := $(UV) --no-config pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header -q

.DEFAULT_GOAL := help
.PHONY: help run desk test faults bench check audit lock migration schema clean

help:  ## 本说明 / this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

run: $(VENV)/run.stamp  ## 演练 2023 年活动，报告在 out/ / rehearse the 2023 campaign, report in out/
	@$(PY) -m bangdan rehearse $(CAMPAIGN) --out out $(ARGS)

desk: $(VENV)/run.stamp  ## 在浏览器里彩排 2023 年活动 / rehearse it in the browser, with the desk around it
	@$(PY) -m bangdan serve --rehearse $(CAMPAIGN) --open $(ARGS)

test: check  ## 全部检查和测试 / every check and every test (ARGS="-k word" goes to pytest)
	@$(PY) -m pytest -n auto --dist worksteal --ignore tests/faults $(ARGS)

faults: $(VENV)/test.stamp  ## 故障下的承诺：断电、断网、满盘、时钟跳变 / promises kept under fault (a quarter of an hour)
	@$(PY) -m pytest -n $${PYTEST_XDIST_AUTO_NUM_WORKERS:-2} --dist worksteal --durations 20 tests/faults $(ARGS)

bench: $(VENV)/test.stamp  ## 与下限、同类并排测速，写入 docs/benchmarks.md / floors, bangdan and peers side by side (half an hour)
	@$(PY) -m bench $(ARGS)

check: $(VENV)/test.stamp  ## 格式、规范、类型、层次 / format, lint, types, floors
	@$(PY) -m ruff format --check -q .
	@$(PY) -m ruff check -q .
	@$(PY) -m mypy --no-error-summary
	@$(PY) $(VENV)/bin/lint-imports --no-logo

audit: $(VENV)/test.stamp  ## 锁定的依赖有无已知漏洞（需要网络）/ known vulnerabilities of the locked packages (needs the network)
	@$(PY) -m tests.dependency_audit

lock:  ## 维护者：重新锁定依赖 / maintainers: lock again (needs uv; ARGS=--upgrade for newer versions)
	$(LOCK) pyproject.toml --extra fleet --group test -o requirements/test.txt $(ARGS)
	$(LOCK) pyproject.toml --extra fleet -c requirements/test.txt -o requirements/fleet.txt $(ARGS)
	$(LOCK) pyproject.toml -c requirements/test.txt -o requirements/run.txt $(ARGS)
	$(LOCK) bench/peers.in -c requirements/test.txt -o bench/peers.txt $(ARGS)

migration: $(VENV)/test.stamp  ## 维护者：起草数据库迁移 / maintainers: draft a migration (ARGS="what changes")
	@$(PY) -m engine.migrations.draft $(ARGS)
	@$(PY) -m ruff format -q engine/migrations/versions && $(PY) -m ruff check -q --fix engine/migrations/versions

schema: $(VENV)/test.stamp  ## 维护者：重新生成活动文件的 JSON Schema / maintainers: draft the campaign files' schema
	@$(PY) -m tests.campaign_schema

clean:  ## 删除环境与缓存 / remove the environment and the caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist out
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A candidate counts only if it runs: some are on the PATH and don't, and Debian's has no ensurepip by itself.
$(VENV)/run.stamp: requirements/run.txt
	@for python in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	  if $$python -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
	    echo "准备运行环境（约半分钟）/ setting up $(VENV) with $$python (half a minute)"; \
	    $$python -m venv --clear $(VENV) && $(PIP) -r $< && touch $@; exit $$?; \
	  fi; \
	done; \
	echo '找不到可用的 Python 3.11 或更新版本（含 venv）。Debian/Ubuntu 请执行：apt-get install python3-venv' >&2; \
	echo 'No working Python 3.11 or newer with venv. On Debian/Ubuntu: apt-get install python3-venv' >&2; exit 1

$(VENV)/test.stamp: requirements/test.txt $(VENV)/run.stamp
	@echo '准备测试工具 / adding the test tools'
	@$(PIP) -r $< && touch $@
