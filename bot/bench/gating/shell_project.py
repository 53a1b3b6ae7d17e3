"""A good Bash project and a good Go project."""

from __future__ import annotations

from random import Random

from bot.bench.gating.words import Package, filled, words
from core.automations.model import File

_NONE = (Package("", "", ""),)
_MODULES = (
    Package("gopkg.in/yaml.v3", "yaml.Marshal(found)", "gopkg.in/yaml.v3 v3.0.1"),
    Package("github.com/goccy/go-json", "json.Marshal(found)", "github.com/goccy/go-json v0.10.3"),
    Package(
        "github.com/pelletier/go-toml/v2", "toml.Marshal(found)", "github.com/pelletier/go-toml/v2 v2.2.2"
    ),
)

_BASH = {
    "bin/$name.sh": """
#!/usr/bin/env bash
# Fetches ${thing}s and keeps the newest ones.
set -Eeuo pipefail

SCRIPT_DIR="$$(cd "$$(dirname "$${BASH_SOURCE[0]}")" && pwd)"
ROOT_DIR="$$(dirname "$$SCRIPT_DIR")"
source "$$ROOT_DIR/lib/log.sh"
source "$$ROOT_DIR/lib/fetch.sh"
source "$$ROOT_DIR/config/$name.conf"

trap 'log_line ERROR "failed in $${BASH_SOURCE[0]}:$$LINENO"' ERR

show_usage() {
  cat <<TEXT
Usage: $$(basename "$$0") [--dry-run] [--limit N]
TEXT
}

main() {
  local limit="$$DEFAULT_LIMIT" dry_run=no
  while [[ $$# -gt 0 ]]; do
    case "$$1" in
      --dry-run) dry_run=yes ;;
      --limit)
        limit="$$2"
        shift
        ;;
      --help)
        show_usage
        return 0
        ;;
      *)
        show_usage >&2
        return 2
        ;;
    esac
    shift
  done
  check_tools curl sort
  local target
  target="$$(mktemp)"
  if [[ "$$dry_run" == yes ]]; then
    log_line INFO "would fetch from $${$variable:?set it}"
    return 0
  fi
  fetch_all "$${$variable:?set it}" "$$target" || return 1
  keep_newest "$$target" "$$limit"
  log_line INFO "done: $$(wc -l <"$$target") ${thing}s"
}

keep_newest() {
  local source_file="$$1" count="$$2"
  sort -r -- "$$source_file" | head -n "$$count" >"$${source_file}.new"
  mv -- "$${source_file}.new" "$$source_file"
}

main "$$@"
""",
    "lib/log.sh": """
# Logging, to be sourced.

log_line() {
  local level="$$1" message="$$2"
  if [[ "$$level" == DEBUG && "$${LOG_LEVEL:-INFO}" != DEBUG ]]; then
    return 0
  fi
  printf '%s %s %s\\n' "$$(date -u +%FT%TZ)" "$$level" "$$message" >&2
}
""",
    "lib/fetch.sh": """
# Reads from the service, to be sourced.

check_tools() {
  local tool missing=()
  for tool in "$$@"; do
    command -v "$$tool" >/dev/null || missing+=("$$tool")
  done
  if [[ $${#missing[@]} -gt 0 ]]; then
    log_line ERROR "missing: $${missing[*]}"
    return 1
  fi
}

fetch_all() {
  local address="$$1" target_file="$$2"
  if ! curl --fail --silent --show-error --max-time 30 --retry 3 --output "$$target_file" -- "$$address"; then
    log_line ERROR "cannot read $$address"
    return 1
  fi
}
""",
    "config/$name.conf": """
# What people tune.
DEFAULT_LIMIT=50
""",
    ".env.example": """
# Where the ${thing}s come from
$variable=https://example.com/${thing}s
# DEBUG or INFO
LOG_LEVEL=INFO
""",
    "tests/run.sh": """
#!/usr/bin/env bash
# All tests, in a folder of their own.
set -euo pipefail
cd "$$(dirname "$${BASH_SOURCE[0]}")/.."
source lib/log.sh

test_writes_to_stderr() {
  local said
  said="$$(log_line INFO hello 2>&1)"
  [[ "$$said" == *hello ]]
}

if test_writes_to_stderr; then
  printf 'ok\\n'
else
  printf 'failed\\n'
  exit 1
fi
""",
    "README.md": """
# ${Thing}s

Fetches ${thing}s. Needs Bash 4.4 or newer, curl and sort.

## $setup

On Debian: `apt-get install curl`. On macOS: `brew install bash curl`.

```bash
chmod +x bin/$name.sh
cp .env.example .env
```

## $usage

```bash
bin/$name.sh --limit 10
```

## Tests

```bash
bash tests/run.sh
```
""",
}
_GO = {
    "go.mod": """
module example.com/$name

go 1.23

require $declared
""",
    "main.go": """
// Collects ${thing}s.
package main

import (
	"context"
	"log/slog"
	"os"
	"time"

	"example.com/$name/client"
	"example.com/$name/report"
)

func main() {
	if err := run(); err != nil {
		slog.Error("failed", "error", err)
		os.Exit(1)
	}
}

func run() error {
	address := os.Getenv("$variable")
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	found, err := client.FetchAll(ctx, address)
	if err != nil {
		return err
	}
	text, err := report.Summary(found)
	if err != nil {
		return err
	}
	_, err = os.Stdout.WriteString(text)
	slog.Info("done", "count", len(found))
	return err
}
""",
    "client/client.go": """
// Package client fetches ${thing}s from the service.
package client

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"example.com/$name/model"
)

// FetchAll reads all of them.
func FetchAll(ctx context.Context, address string) ([]model.$Thing, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, fmt.Errorf("address %q: %w", address, err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, fmt.Errorf("fetch: %w", err)
	}
	defer response.Body.Close()
	var found []model.$Thing
	if err := json.NewDecoder(response.Body).Decode(&found); err != nil {
		return nil, fmt.Errorf("decode: %w", err)
	}
	return found, nil
}
""",
    "model/model.go": """
// Package model says what is known of one $thing.
package model

// $Thing is one record of the service.
type $Thing struct {
	Name  string  `json:"name"`
	Value float64 `json:"$part"`
}

// Total adds them up.
func Total(found []$Thing) float64 {
	sum := 0.0
	for _, one := range found {
		sum += one.Value
	}
	return sum
}
""",
    "report/report.go": """
// Package report tells people what was found.
package report

import (
	"fmt"

	"$imported"

	"example.com/$name/model"
)

// Summary is a text for people.
func Summary(found []model.$Thing) (string, error) {
	body, err := $use
	if err != nil {
		return "", fmt.Errorf("summary: %w", err)
	}
	return fmt.Sprintf("%s\\n%.2f\\n", body, model.Total(found)), nil
}
""",
    ".env.example": """
# Where the ${thing}s come from
$variable=https://example.com/${thing}s
""",
    "README.md": """
# ${Thing}s

Collects ${thing}s. Needs Go 1.23 or newer.

## $setup

```bash
go mod download
```

## $usage

```bash
go run .
```
""",
}


def bash_project(random: Random) -> list[File]:
    return filled(_BASH, words(random, _NONE))


def go_project(random: Random) -> list[File]:
    return filled(_GO, words(random, _MODULES))
