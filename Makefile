# Go and make are enough for every target but image.
.DEFAULT_GOAL := help

.PHONY: help
help: ## What there is to make
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

.PHONY: run
run: ## Run the fake on http://127.0.0.1:11560
	go run ./cmd/fakecme

.PHONY: test
test: ## All tests that the tools of this machine allow; says what is left out
	@[ -n "$$FAKECME_TEST_ALL" ] || echo "left out: the container image, and the race detector; .ci/run has them"
	@command -v bash curl sed >/dev/null || echo "left out: the tour of the README, for want of bash, curl or sed"
	@command -v node >/dev/null || echo "left out: the script of the hand-off page, for want of node"
	@for tool in sh curl git sed node python3 php java keytool openssl; do command -v $$tool >/dev/null || echo "left out: tests of clients with the real host names, for want of $$tool"; done
	@node -e "require('axios')" 2>/dev/null || echo "left out: the client with axios, for want of node, or of axios in NODE_PATH"
	@for tool in oapi-codegen ogen; do command -v $$tool >/dev/null || echo "left out: clients that $$tool makes of the contracts"; done
	@for tool in orval openapi-typescript tsc spectral prism; do [ -x "$$NODE_PATH/.bin/$$tool" ] || command -v $$tool >/dev/null || echo "left out: the contracts in $$tool, which .ci/run puts into NODE_PATH"; done
	@command -v chromium >/dev/null || echo "left out: Web SDK, dashboard and hand-off page in a browser, for want of chromium"
	go test -timeout 30m $$TESTFLAGS ./...

.PHONY: race
race: ## The same tests with the race detector, which takes several times as long
	go test -race -timeout 60m $$TESTFLAGS ./...

.PHONY: lint
lint: ## gofmt, go vet, staticcheck (when it is installed), go mod tidy
	@test -z "$$(gofmt -l .)" || { echo "not gofmt'ed:"; gofmt -l .; exit 1; }
	go vet ./...
	@if command -v staticcheck >/dev/null; then staticcheck ./...; \
	elif [ -n "$$FAKECME_TEST_ALL" ]; then echo "staticcheck is not installed"; exit 1; \
	else echo "left out: staticcheck is not installed"; fi
	go mod tidy -diff

.PHONY: bench
bench: ## Benchmarks; x-bare is how many times the processor time of a bare handler a call takes
	go test -run '^$$' -bench . -benchmem ./...

.PHONY: fuzz
fuzz: ## Every fuzz target for FUZZTIME (default 10s)
	@for pkg in $$(go list ./...); do \
	  for target in $$(go test -list '^Fuzz' $$pkg | grep '^Fuzz'); do \
	    echo "$$pkg $$target"; go test -run '^$$' -fuzz "^$$target$$" -fuzztime $${FUZZTIME:-10s} -fuzzminimizetime 10x $$pkg || exit 1; \
	  done; \
	done

# Packages whose tests must kill every mutant but those listed, with reasons, in the testdata/mutants.txt of the package.
PKG = ./fake/cmesign ./fake/h5dssign ./fake/opencme ./fake/fault ./fake/internal/tenant ./contracts/check ./contracts \
  ./fake/webpaas $$(go list ./fake/h5ds/... | sed 's|.*/fake/|./fake/|') ./recordings/redact
# Folders below a package are packages of their own. Of tenant, its own tests are about the clock only.
UNMUTATED = /|^(counter|faults|keep|registry|slot|tenant)\.go$$

.PHONY: mutants
mutants: ## Which small changes of the code no test notices; takes hours, or PKG=./fake/cmesign (needs gremlins)
	@command -v gremlins >/dev/null || { echo "missing: go install github.com/go-gremlins/gremlins/cmd/gremlins@latest"; exit 1; }
	@out=$$(mktemp); trap 'rm -f $$out' EXIT; failed=0; for pkg in $(PKG); do \
	  GOFLAGS=-vet=off gremlins unleash --workers 1 --timeout-coefficient 10 -E '$(UNMUTATED)' $$pkg >$$out || { cat $$out; exit 1; }; \
	  awk -v pkg=$$pkg 'BEGIN { while ((getline line < (pkg "/testdata/mutants.txt")) > 0) listed[line] } \
	    $$1 == "LIVED" { split($$4, at, ":"); for (n = 0; n < at[2]; n++) getline line < (pkg "/" at[1]); close(pkg "/" at[1]); \
	      sub(/^[ \t]+/, "", line); mutant = at[1] " " $$2 " " line; if (!(mutant in listed)) { print pkg "/" mutant; bad = 1 } } \
	    /^Killed/ { print pkg ": " $$0 } END { exit bad }' $$out || failed=1; \
	done; exit $$failed

# The tests that write golden files stand in files that match this.
GOLDEN = \*update|golden\.Compare\(|[^.]golden\(t,

.PHONY: golden
golden: ## Write the golden files anew; look at the difference before you commit it
	@# The index of the contracts comes first: the other packages are built with it.
	@for dir in ./contracts $$(grep -rlE '$(GOLDEN)' --include='*_test.go' . | xargs -n1 dirname | sort -u | grep -vx ./contracts); do \
	  tests=$$(grep -lE '$(GOLDEN)' $$dir/*_test.go | xargs grep -hoE '^func Test[A-Za-z0-9_]+' | cut -c6- | paste -sd'|' -); \
	  go test -count=1 $$dir -run "^($$tests)$$" -update || exit 1; \
	done

IMAGE ?= fakecme
ARCHITECTURES = amd64 arm64

.PHONY: image
image: ## The container image, for this machine's architecture; the binaries for both are in bin/
	mkdir -p bin/data
	for arch in $(ARCHITECTURES); do \
	  CGO_ENABLED=0 GOOS=linux GOARCH=$$arch go build -trimpath -ldflags "-s -w" -o bin/fakecme-linux-$$arch ./cmd/fakecme || exit 1; \
	done
	docker build -q -f cmd/fakecme/Dockerfile -t $(IMAGE) --build-arg TARGETARCH=$$(go env GOARCH) \
	  --build-arg VERSION=$$(git describe --tags --always 2>/dev/null || echo devel) bin
	@size=$$(docker image inspect -f '{{.Size}}' $(IMAGE)); echo "$(IMAGE): $$size bytes"; \
	test "$$size" -lt 24000000 || { echo "the image must stay under 24 MB"; exit 1; }
