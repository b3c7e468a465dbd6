# `make help` says what there is. Everything that is made lies under target/, compiled crates in a folder shared by
# all clones (see tests/tools/common.sh; a preset CARGO_TARGET_DIR is respected).

.DEFAULT_GOAL := help
.PHONY: help demo test vectors faults interop soak fuzz bench check packages clean
SHELL := bash
PYTHON ?= python3
export PYTHON

WORK := $(or $(FERROAUTH_WORK),target)

help: ## this text
	@echo "ferroauth: one OAuth 2.0 / OpenID Connect core in Rust, with packages for Python, Node and PHP"
	@echo
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  make \1	\2/p' Makefile | expand -t 20
	@echo
	@echo "  Needed beforehand: Rust (rustup), a C compiler, Python 3.10 or newer, Node.js 20 or newer."
	@echo "  PHP 8.1 or newer is installed from Debian's packages when you are root there; otherwise you are told what to install."
	@echo
	@echo "  PYTHON=...            the Python to use (now: $(PYTHON))"
	@echo "  CARGO_TARGET_DIR=...  where crates are compiled (default: ~/.cache/ferroauth/target, shared by all clones)"
	@echo "  FERROAUTH_WORK=...    where everything else is made (default: target)"

demo: ## build the three packages, install them as a user would, and log in at a real provider from each host
	@bash tests/tools/demo.sh

test: ## every test of every host, and the demo; closes with `N passed, N failed`
	@$(PYTHON) tests/tools/run_suites.py

vectors: ## Wycheproof and the JOSE cookbook in every host, from the installed packages: a table of set x host
	@bash tests/tools/vectors.sh

faults: ## the fault server: fault x endpoint x outcome x time over deadline in every host, and 1,000 rounds of it
	@bash tests/tools/faults.sh

interop: ## every host against servers that are not ours (oidc-provider, oauthlib, Authlib, idpyoidc): a table of server x scenario x host
	@bash tests/tools/interop.sh

soak: ## every host at work for MINUTES=10: what it holds (memory, descriptors, threads) must stay as it was, forks included
	@bash tests/tools/soak.sh $(or $(MINUTES),10)

fuzz: ## the fuzz targets of the JOSE engine, 10,000,000 executions each; RUNS=1000000 for fewer, TARGETS="jwk pem" for some
	@bash -c 'source tests/tools/common.sh && $$PYTHON tests/fuzz/run.py --runs $(or $(RUNS),10000000) $(TARGETS)'

bench: ## ferroauth beside its peers: verification, code exchange, start-up, sizes; writes target/bench.json
	@bash tests/tools/bench.sh

check: ## formatting, lints and documentation of the Rust code
	@bash tests/tools/check.sh

packages: ## the wheel, the npm tarball and the Composer package, as published, in target/packages
	@bash tests/tools/setup.sh build && bash tests/tools/packages.sh release $(WORK)/packages

clean: ## remove what was made here (the shared crates folder stays)
	rm -rf $(WORK)
