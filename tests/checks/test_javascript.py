"""JavaScript and TypeScript: syntax, imports, names, and faults that the engines would find too late."""

from __future__ import annotations

import pytest

from core.automations.model import File
from core.checks.ecmascript.outline import read
from tests.checks.projects import changed, errors, findings, without

PROJECT = {
    "package.json": '{"name": "shop", "private": true, "type": "module", "scripts": {"start": "node src/main.js"}, "dependencies": {"zod": "^3", "@scope/kit": "1"}}',
    "src/main.js": """
import { readFile } from 'node:fs/promises';
import path from 'path';
import { z } from 'zod';
import { tool } from '@scope/kit/deep';
import settings from '../config.json' with { type: 'json' };
import { load, Store as Keeper } from './store.js';
import * as names from './names/index.js';

const lazy = await import('./names/first.js');
for (const [key, value] of Object.entries({ ...settings })) {
  console.log(key, value, path.join('a'), z, tool, load, names.first(), names.second, lazy.first);
}
export default async function run({ a, b: [c = 1] }) {
  const text = await readFile(a);
  try { return new Keeper(text, c); } catch (error) { console.error(error); }
}
""",
    "src/store.js": "export class Store {}\nexport const load = () => new Store();\n",
    "src/names/index.js": "export * from './first.js';\nexport { second } from './second.js';\n",
    "src/names/first.js": "export function first() { return 1; }\n",
    "src/names/second.js": "const other = 2;\nexport { other as second };\n",
    "config.json": '{"a": 1}',
}


def test_a_project_that_is_fine() -> None:
    for gate in ("syntax", "references", "lints"):
        assert errors(PROJECT, gate) == []


@pytest.mark.parametrize(
    ("path", "old", "new", "code", "candidate"),
    [
        ("src/main.js", "{ load,", "{ laod as load,", "unknown-name", "load"),
        ("src/main.js", "'./store.js'", "'./stroe.js'", "unknown-module", "./store.js"),
        ("src/main.js", "from 'zod'", "from 'zood'", "undeclared-import", "zood"),
        ("src/main.js", "names.first()", "names.frist()", "unknown-attribute", "first"),
        ("src/main.js", "{ readFile }", "{ raedFile as readFile }", "unknown-name", "readFile"),
        ("src/main.js", "'node:fs/promises'", "'node:fs/promise'", "unknown-module", "fs/promises"),
        ("src/main.js", "path.join", "path.jion", "unknown-attribute", "join"),
        ("src/main.js", "(key, value, path", "(key, vlaue, path", "undefined-name", "value"),
        ("src/main.js", "'../config.json'", "'../confg.json'", "unknown-module", "../config.json"),
        ("src/main.js", "import path from 'path'", "import path from './store.js'", "unknown-name", ""),
        ("src/main.js", "const lazy =", "const fs = require('fs'); const lazy =", "module-kind", ""),
        ("src/names/index.js", "{ second }", "{ secnod as second }", "unknown-name", "second"),
        ("src/names/second.js", "export { other", "export { othre", "undefined-name", "other"),
        ("package.json", '"@scope/kit": "1"', '"@scope/other": "1"', "undeclared-import", "@scope/kit"),
        ("package.json", "node src/main.js", "node src/mian.js", "unknown-file", "src/main.js"),
    ],
)
def test_what_is_not_there(path: str, old: str, new: str, code: str, candidate: str) -> None:
    found = [
        each for each in findings(changed(PROJECT, path, old, new), "references") if each.severity == "error"
    ]
    assert {each.code for each in found} == {code}
    assert candidate in ("", *found[0].candidates)


def test_a_file_that_is_gone() -> None:
    assert errors(without(PROJECT, "src/names/second.js"), "references")


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("function f( {\n  return 1;\n}\n", 1),
        ("const a = [1, 2;\n", 1),
        ("if (a) {\n  b();\n", 1),
        ("let x = 'a\n", 1),
    ],
)
def test_syntax(code: str, line: int) -> None:
    (found,) = findings({"a.js": code}, "syntax")
    assert (found.code, found.line) == ("invalid-syntax", line)


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("const a = 1;\nlet a = 2;\n", "redeclared"),
        ("import { a } from './a.js';\nfunction a() {}\n", "redeclared"),
        ("function f() {\n  await g();\n}\n", "await-outside-async"),
        ("const a = 1;\na = 2;\n", "assigned-constant"),
    ],
)
def test_faults(code: str, found: str) -> None:
    assert [each.code for each in findings({"a.js": code}, "lints")] == [found]


@pytest.mark.parametrize(
    "code",
    [
        "var a; var a;\n",
        "switch (x) { case 1: { let a; } case 2: { let a; } }\n",
        "async () => { await x; }; await y;\n",
        "const a = 1; function f(a) { a = 2; }\n",
        "function f() {} function f() {}\n",
    ],
)
def test_no_faults(code: str) -> None:
    assert findings({"a.js": code}, "lints") == []


@pytest.mark.parametrize(
    "code",
    [
        "if (typeof define === 'function') define([]);\n",
        "/* global Chart, L */\nnew Chart(L);\n",
        "window.app = 1; app();\n",
        "label: for (;;) break label;\nexport const f = ({ a = b, ...rest }, [c]) => [a, rest, c]; var b;\n",
        "export const x = <Widget.Row a={1}><div/></Widget.Row>; import Widget from './widget.jsx';\n",
    ],
)
def test_names_that_are_declared_in_other_ways(code: str) -> None:
    assert errors({"a.jsx": code, "widget.jsx": "export default {};\n"}, "references") == []


def test_classic_scripts_share_their_names() -> None:
    page = {
        "index.html": '<script src="a.js"></script><script src="b.js"></script>',
        "a.js": "function shared() {}\n",
    }
    assert errors({**page, "b.js": "shared();\n"}, "references") == []
    assert errors({**page, "b.js": "shraed();\n"}, "references") == []  # may be of another script of the page
    assert findings({**page, "b.js": "shraed();\n"}, "references")[0].severity == "warning"


def test_common_modules() -> None:
    project = {
        "package.json": '{"name": "x", "private": true}',
        "a.js": "const { one, two } = require('./b');\nconst c = require('./c');\nconsole.log(one, two, c.anything);\n",
        "b.js": "module.exports = { one, two: 2 };\nfunction one() {}\n",
        "c.js": "module.exports = make();\nfunction make() { return {}; }\n",
    }
    assert errors(project, "references") == []
    assert errors(changed(project, "a.js", "{ one,", "{ oen: one,"), "references") == [
        ("a.js", 1, "unknown-name")
    ]


def test_what_a_published_package_left_behind_is_only_a_warning() -> None:
    project = {
        "package.json": '{"name": "x", "files": ["a.js"], "scripts": {"test": "node test.js"}}',
        "a.js": "export {};\n",
    }
    assert [each.severity for each in findings(project, "references")] == ["warning"]


TYPED = {
    "package.json": '{"name": "x", "private": true, "type": "module", "scripts": {"start": "node src/main.ts"}}',
    "src/model.ts": "export interface Thing<in out T = string> { readonly name: T }\nexport type Id = string;\nexport class Wrong extends Error {}\n",
    "src/main.ts": "import { Wrong } from './model.ts';\nimport type { Thing, Id } from './model.ts';\nexport const f = (a: Thing<Id>): a is Thing<Id> => { throw new Wrong(a.name satisfies string); };\n",
}


def test_typescript_that_is_fine() -> None:
    for gate in ("syntax", "references", "lints"):
        assert errors(TYPED, gate) == []


@pytest.mark.parametrize(
    ("path", "old", "new", "code"),
    [
        ("src/main.ts", "import type { Thing", "import { Thing", "type-as-value"),
        ("src/main.ts", "{ Wrong }", "{ Worng as Wrong }", "unknown-name"),
        ("src/main.ts", "{ throw", "{ enum E { A } throw", "not-erasable"),
        (
            "src/model.ts",
            "export class Wrong extends Error {}",
            "export class Wrong extends Error { constructor(private a: string) { super(a); } }",
            "not-erasable",
        ),
        ("src/main.ts", "new Wrong(", "new Worng(", "undefined-name"),
        ("src/main.ts", "(a: Thing<Id>)", "(a: Thnig<Id>)", "undefined-name"),
    ],
)
def test_typescript_that_is_not(path: str, old: str, new: str, code: str) -> None:
    assert {each[2] for each in errors(changed(TYPED, path, old, new), "references")} == {code}


def test_aliases_of_the_configuration() -> None:
    project = {
        "package.json": '{"name": "x", "private": true}',
        "tsconfig.json": '{ // ours\n "compilerOptions": { "paths": { "@lib/*": ["./src/lib/*"], }, } }',
        "src/a.ts": "import { one } from '@lib/one';\nimport { two } from '@/lib/two';\nexport default [one, two];\n",
        "src/lib/one.ts": "export const one = 1;\n",
        "src/lib/two.ts": "export const two = 2;\n",
    }
    assert errors(project, "references") == []
    assert errors(changed(project, "src/a.ts", "{ one }", "{ oen as one }"), "references") == [
        ("src/a.ts", 1, "unknown-name")
    ]


def test_variables_of_the_environment() -> None:
    code = """
const { ONE, TWO: b = 'x' } = process.env;
const required = (name) => process.env[name] ?? fail();
export default [process.env.THREE, process.env['FOUR'], import.meta.env.VITE_A, required('FIVE'), Deno.env.get('SIX'), a.b.NOT];
process.env.WRITTEN = '1';
"""
    names = {each.text for each in read(File("a.js", code)).variables}
    assert names == {"ONE", "TWO", "THREE", "FOUR", "VITE_A", "FIVE", "SIX"}


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("a.ts", "export type * from './b.ts';\n"),
        (
            "a.ts",
            "export const f: {\n  <A>(a: A): (b: A) => A\n  /** More. */\n  <A>(a: A, b: A): A\n} = g;\ndeclare const g: any;\n",
        ),
        ("a.ts", "export { /** gone {} */ nothing as void, none as null };\nconst nothing = 1, none = 2;\n"),
        ("a.ts", "f(undefined as undefined, x as null);\n"),
        ("a.ts", "interface A<in out T, out R> { t: T; r: R }\n"),
        ("a.js", "#!/usr/bin/env node\nexport { x as default };\nlet x;\n"),
    ],
)
def test_syntax_that_the_grammars_do_not_know_yet(path: str, content: str) -> None:
    assert errors({path: content, "b.ts": "export {};\n"}, "syntax") == []
