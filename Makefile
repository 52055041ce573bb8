# Go and make are enough for every target but image.
.DEFAULT_GOAL := help

.PHONY: help
help: ## What there is to make
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

.PHONY: run
run: ## Run the fake on http://127.0.0.1:11560
	go run ./cmd/fakecme

.PHONY: test
test: ## All tests, with the race detector; says what is left out for want of a tool
	@command -v bash curl sed >/dev/null || echo "left out: the tour of the README, for want of bash, curl or sed"
	@command -v node >/dev/null || echo "left out: the script of the hand-off page, for want of node"
	@command -v chromium >/dev/null || echo "left out: Web SDK, dashboard and hand-off page in a browser, for want of chromium"
	go test -race -timeout 15m ./...

.PHONY: lint
lint: ## gofmt, go vet, staticcheck (when it is installed), go mod tidy
	@test -z "$$(gofmt -l .)" || { echo "not gofmt'ed:"; gofmt -l .; exit 1; }
	go vet ./...
	@if command -v staticcheck >/dev/null; then staticcheck ./...; \
	elif [ -n "$$FAKECME_TEST_ALL" ]; then echo "staticcheck is not installed"; exit 1; \
	else echo "left out: staticcheck is not installed"; fi
	go mod tidy -diff

.PHONY: bench
bench: ## Benchmarks; those named /bare are the yardstick beside them
	go test -run '^$$' -bench . -benchmem ./...

.PHONY: fuzz
fuzz: ## Every fuzz target for FUZZTIME (default 10s)
	@for pkg in $$(go list ./...); do \
	  for target in $$(go test -list '^Fuzz' $$pkg | grep '^Fuzz'); do \
	    echo "$$pkg $$target"; go test -run '^$$' -fuzz "^$$target$$" -fuzztime $${FUZZTIME:-10s} -fuzzminimizetime 10x $$pkg || exit 1; \
	  done; \
	done

.PHONY: golden
golden: ## Write the golden files anew; look at the difference before you commit it
	go test ./contracts -run Index -update
	go test ./fake -run API -update
	go test ./fake/webpaas -run RightsTable -update
	go test ./cmd/fakecme -run 'Help|Verbose|^TestSchema$$|^TestCoverageForms$$' -update
