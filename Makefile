# Two commands are all that is needed: `make run` and `make test`. The rest is for those who work
# on Fulcrum. Needs GNU make 4.3 and Swift 6.2 or later; everything else is installed by Scripts/setup.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help
.PHONY: help run test bench bench-peers kernel-gate fuzz docs man lint tidy setup setup-test release clean

SWIFT ?= swift
# Seconds for each fuzz target.
SECONDS ?= 600
LINTED := Package.swift $(wildcard Sources Tests Benchmarks/Package.swift Benchmarks/Sources \
  Fuzz/Package.swift Fuzz/Sources)
FULCRUM = $(shell $(SWIFT) build -c release --product fulcrum --show-bin-path)/fulcrum

help:
	@cat <<-'TEXT'
	make run     install what is missing, build, and report the demo book: terminal and HTML
	make test    install what is missing, run every test, the format check and the tidy check

	For work on Fulcrum:
	make bench             benchmarks (release), medians of 9 with the load printed
	make bench-peers       the same options through other libraries, interleaved
	make kernel-gate       instruction counts of the kernels against their thresholds
	make fuzz SECONDS=600  each fuzz target for that long
	make docs              the library's documentation, to out/docs
	make man               the manual page and shell completions, to out/man
	make lint, make tidy   the checks alone
	make clean             remove builds and out/
	TEXT

setup:
	@Scripts/setup build

setup-test:
	@Scripts/setup test

release: setup
	@echo "make: building the release binary (first time: about three minutes on two cores)"
	$(SWIFT) build -c release --product fulcrum

run: release
	@mkdir -p out
	fulcrum="$(FULCRUM)"
	demo=(--book Demo/book.json --market Demo/market.json --collateral Demo/account.json)
	echo
	echo "make: fulcrum report $${demo[*]}"
	status=0
	"$$fulcrum" report "$${demo[@]}" || status=$$?
	# 2 says that part of the book could not be valued: the demo has such legs on purpose.
	[ $$status -eq 0 ] || [ $$status -eq 2 ] || exit $$status
	"$$fulcrum" report "$${demo[@]}" --format html -o out/report.html 2>/dev/null || status=$$?
	[ $$status -eq 0 ] || [ $$status -eq 2 ] || exit $$status
	[ -s out/report.html ] || { echo "make: out/report.html was not written" >&2; exit 1; }
	echo
	echo "make: the same report with charts is in $$PWD/out/report.html (open it in a browser)"
	echo "make: the program is $$fulcrum"

test: setup-test lint tidy
	$(SWIFT) build --build-tests --explicit-target-dependency-import-check error
	$(SWIFT) test --skip-build

lint:
	@echo "make: swift format lint"
	$(SWIFT) format lint --strict --recursive $(LINTED)

tidy:
	@echo "make: tidy"
	python3 Scripts/tidy --self-test
	python3 Scripts/tidy

bench: setup
	@Scripts/bench

bench-peers: setup
	@Scripts/bench-peers

kernel-gate: setup
	@Scripts/kernel-gate

fuzz: setup
	@Scripts/fuzz $(SECONDS)

docs: setup
	@Scripts/docs

man: setup
	@Scripts/man

clean:
	rm -rf .build .build-* Benchmarks/.build Fuzz/.build out
