# The commands of this repository. What takes more than a line lies in `cargo xtask`.

DATA ?= data

.PHONY: run test build bench lint fmt gen screenshots chaos

## Starts a desk with demo people on an embedded database in the folder `data` (DATA=… for another).
run:
	cargo xtask web
	cargo build --package server
	target/debug/frontdesk demo --if-empty --data-dir $(DATA)
	target/debug/frontdesk serve --data-dir $(DATA)

## Runs every check and test; starts and stops the servers that they need.
test:
	cargo xtask test

## Builds the web front and the one binary: target/release/frontdesk.
build:
	cargo xtask web
	cargo build --release --package server

## Measures against a bare program on the same machine: one JSON line for each scenario on standard output.
## BENCH=quick takes two minutes, BENCH=full two hours; see docs/benchmarks.md.
bench:
	cargo xtask web >&2
	cargo xtask bench

## Fault runs of a release: CHAOS_SECONDS (3600) on each engine; see docs/fault-runs.md. A minute of it is in `test`.
chaos:
	cargo xtask web
	cargo xtask chaos

## The fast half of the checks.
lint:
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	cd web && npm run typecheck && npm run lint

## Formats everything.
fmt:
	cargo fmt --all
	cd web && npm run fmt
	cd e2e && npm run fmt

## Renews what is generated: openapi.json and the TypeScript types made from it.
gen:
	cargo xtask gen

## Takes the pictures of the README again, from a running desk.
screenshots:
	cargo xtask web
	cargo build --package server
	cd e2e && npm ci && npm run screenshots
