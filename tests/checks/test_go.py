"""Go, the language that was added in one file."""

from __future__ import annotations

import pytest

from tests.checks.projects import changed, errors, findings

PROJECT = {
    "go.mod": "module example.com/shop\n\ngo 1.23\n\nrequire (\n\tgithub.com/rs/zerolog v1.33.0\n\tgopkg.in/yaml.v3 v3.0.1 // indirect\n)\n",
    "main.go": """
package main

import (
	"fmt"
	str "strings"

	"github.com/rs/zerolog/log"
	"gopkg.in/yaml.v3"

	"example.com/shop/store"
)

type pair[T comparable] struct{ left, right T }

func main() {
	if found, err := store.Load(helper()); err != nil {
		log.Error().Err(err).Msg("failed")
	} else {
		fmt.Println(str.ToUpper(found.Name), pair[int]{left: 1}, yaml.Node{})
	}
}
""",
    "helper.go": 'package main\n\nfunc helper() string { return "a" }\n',
    "store/store.go": "package store\n\n// Thing is kept.\ntype Thing struct{ Name string }\n\n// Load reads one.\nfunc Load(path string) (*Thing, error) { return &Thing{Name: path}, nil }\n",
}


def test_a_project_that_is_fine() -> None:
    assert errors(PROJECT, "syntax") == []
    assert errors(PROJECT, "references") == []


@pytest.mark.parametrize(
    ("path", "old", "new", "code", "candidate"),
    [
        ("main.go", "store.Load", "store.Laod", "unknown-name", "Load"),
        ("main.go", "shop/store", "shop/stroe", "unknown-module", "store"),
        ("main.go", "helper())", "hepler())", "undefined-name", "helper"),
        ("main.go", "found.Name", "fuond.Name", "undefined-name", "found"),
        ("main.go", '"fmt"', '"fmt"\n\t"os"', "unused-import", ""),
        ("go.mod", "github.com/rs/zerolog v1.33.0", "", "undeclared-import", "github.com/rs/zerolog/log"),
    ],
)
def test_what_is_not_there(path: str, old: str, new: str, code: str, candidate: str) -> None:
    found = findings(changed(PROJECT, path, old, new), "references")
    assert code in {each.code for each in found}
    assert candidate in ("", *(name for each in found for name in each.candidates))


def test_syntax() -> None:
    assert errors(changed(PROJECT, "store/store.go", "nil }", "nil"), "syntax")[0][2] == "invalid-syntax"
