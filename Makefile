# make demo   the whole thing once: build, start, apply, ask, answer, stop
# make test   lint, tests, and the walks that need nothing but this program and kubectl
# make build  bin/roost
# make help   every target

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := build
.PHONY: conformance docs golden help onnx deps build demo test lint fmt unit walk walks bench budgets image manifests-runtime fuzz clean parity

RELEASE := .build/release
SWIFT_FLAGS := -c release --explicit-target-dependency-import-check error

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile
	@echo "make walks  the slower walks: KServe's own server, SDK and clients, models run by Python, a container engine, kill -9 in a loop, hostile clients and files, a drain, graphs, Knative, A/B, autoscaling, experiments, series, Prometheus, two versions under every change, gRPC and TLS through the gateway"
	@echo "make parity what the libraries themselves answer, beside what this program answers"
	@echo "make bench  what it costs, measured beside nginx, Envoy, KServe's Python server and MLServer in one run"
	@echo "make budgets            writes the instructions that a request costs now into Benchmarks/budgets.json"
	@echo "make onnx   onnxruntime's library, which runs ONNX models, out of its wheel on PyPI"
	@echo "make golden GOLDEN_DIR=FOLDER   recorded decisions of Kubernetes, Knative and gjson, replayed; by set, passed and failed"
	@echo "make conformance UPSTREAM=DIR   upstream's own e2e tests, out of a checkout of kserve/kserve; writes docs/conformance.md"
	@echo "make docs   writes docs/models.md: what is served natively"
	@echo "make image              the model server's image IMAGE, by podman or docker"
	@echo "make manifests-runtime  prints a ClusterServingRuntime of IMAGE for any KServe"
	@echo "make fuzz   each target of Fuzz/ for TIME=60 seconds, with the address sanitizer"
	@echo "make fmt    format the sources"

## What Debian has to bring; one list, in packaging/debian-packages.txt.
deps:
	@scripts/install-packages.sh

build: deps
	swift build $(SWIFT_FLAGS) --product roost
	@mkdir -p bin
	strip -o bin/roost $(RELEASE)/roost

## Only ONNX models need it; it is opened when the first of them is loaded.
onnx:
	@scripts/install-onnxruntime.sh

## One release build serves the program and the tests.
unit: deps
	swift build $(SWIFT_FLAGS) --build-tests
	@mkdir -p bin
	strip -o bin/roost $(RELEASE)/roost
	scripts/run-tests.sh

lint: deps
	swift format lint --strict -r --configuration .swift-format Package.swift Sources Tests Fuzz
	python3 scripts/tidy.py

fmt:
	swift format format -i -r --configuration .swift-format Package.swift Sources Tests Fuzz

test: lint unit walk

walk:
	scripts/walks/run.sh one-model kubectl-forms parts client-verbs bad-input hostile-quick budgets

## The quick walks are in make test.
walks: build
	@scripts/install-packages.sh packaging/debian-packages-walks.txt
	scripts/walks/run.sh metrics answers clients fallback sdk onnx runtime image-job experiment kill-loop slow-clients drain graph knative traffic gateway-protocols drift ab-testing autoscaling custom-metrics monitoring logs tracing hostile

## Without UPSTREAM, the checkout is fetched where the network allows. ONLY='graph/*' for a part, which is printed.
conformance: build
	scripts/conformance/conformance.py $(UPSTREAM) $(if $(ONLY),--only '$(ONLY)',-o docs/conformance.md)

## Without GOLDEN_DIR, the cases that the repository keeps.
golden: deps
	swift build $(SWIFT_FLAGS) --build-tests
	GOLDEN_DIR='$(GOLDEN_DIR)' scripts/golden.sh

demo: build
	scripts/demo.sh

## TIME=600 seconds for each, TARGETS='pickle joblib' for some of them.
fuzz: deps
	TIME=$(or $(TIME),60) scripts/fuzz.sh $(TARGETS)

## VERSIONS=1.2.2,1.9.1 for some of scikit-learn's, ONLY=regex for some of the cases; RECORD=1 keeps what came of whole
## versions in Sources/CData/data/parity.json, which docs/models.md tells.
parity: build
	"$$(scripts/peers/environment.sh drift)" scripts/parity/drift.py bin/roost
	scripts/parity/parity.py --keep .build/parity --versions '$(VERSIONS)' $(if $(ONLY),--only '$(ONLY)') $(if $(RECORD),--record)

bench: build
	Benchmarks/run.sh

## Say why in the commit that raises one.
budgets: build
	python3 Benchmarks/budgets.py bin/roost --update

IMAGE ?= roost.dev/model-server:latest

## docs/models.md is what the program prints; `make test` looks whether it still is.
docs: build
	bin/roost model formats -o markdown >docs/models.md

image: build
	IMAGE=$(IMAGE) scripts/image.sh

manifests-runtime:
	@sed 's|roost.dev/model-server:latest|$(IMAGE)|' packaging/runtime/roost-model-server.yaml

clean:
	rm -rf .build bin
