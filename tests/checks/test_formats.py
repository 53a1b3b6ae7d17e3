"""Files that are no programs: what cannot be read, and what they name."""

from __future__ import annotations

import pytest

from core.automations.model import File
from core.checks.formats.page import read_page
from tests.checks.projects import errors, findings

FINE = {
    "a.json": '{"a": [1, 2.5e3, "x\\n", null]}',
    "tsconfig.json": '{\n  // ours\n  "a": "//no", /* x */ "b": [1,],\n}\n',
    "a.jsonl": '{"a": 1}\n\n[2]\n',
    "a.yaml": "a: &x 1\nb: *x\n---\nc: !custom {d: [e]}\n",
    "chart/templates/a.yaml": "{{- if .Values.x }}\na: {{ .b }}\n{{- end }}\n",
    "a.toml": '[a]\nb = "c"\n[[d]]\ne = 1979-05-27\n',
    "a.css": 'a::before { content: "}"; background: url(data:image/png;base64,x//y) } /* { */ @media (x) { b { } }\n',
    "a.scss": "// it's { fine\n.a { &:hover { color: red } }\n",
    "a.html": "<!doctype html><html><head><meta charset=utf-8><title>a < b</title></head><body><p>x<br><ul><li>y</ul><img src='data:,'/>"
    "<script>if (a < b && c > d) { let e = '</div>'; }</script></body></html>\n",
    "templates/a.html": "{% extends 'b.html' %}{% block x %}<div>{% endblock %}\n",
    "Dockerfile": '# syntax=docker/dockerfile:1\nARG V=1\nFROM a:${V} AS b\nRUN x \\\n  # why\n  && y\nCOPY --from=b /x /y\nRUN <<EOF\nno instruction\nEOF\nCMD ["x", "y"]\n',
    "requirements.txt": "a\nb[c]>=1,<2 ; python_version > '3.8'  # why\n-r other.txt\n--hash=sha256:x\nd @ https://x/y.whl\n-e .\ne==1 \\\n  --hash=sha256:y\n",
    "other.txt": "free text\n",
    "a.sql": "CREATE TABLE a (b TEXT DEFAULT 'it''s (', c INT); -- (\nINSERT INTO missing VALUES (1, '2');\nSELECT \"x\" FROM a /* ) */;\n",
    "pg.sql": "CREATE FUNCTION f() RETURNS trigger AS $$ BEGIN x := '('; END; $$ LANGUAGE plpgsql;\nCREATE TABLE t (id SERIAL, d JSONB);\n",
    "trigger.sql": "PRAGMA x;\nCREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET b = 1; DELETE FROM c; END;\n",
}


@pytest.mark.parametrize("path", FINE)
def test_is_fine(path: str) -> None:
    assert errors(FINE, "syntax") == [] or not [each for each in errors(FINE, "syntax") if each[0] == path]
    assert not [each for each in errors(FINE, "references") if each[0] == path and each[2] != "unknown-file"]


@pytest.mark.parametrize(
    ("path", "content", "line"),
    [
        ("a.json", '{"a": 1,\n}', 2),
        ("a.json", '{"a": [1, 2}', 1),
        ("a.json", '{"a": NaN}', 1),
        ("a.json", "", 1),
        ("package.json", "{\n // no\n}", 2),
        ("a.jsonl", '{"a": 1}\n{"b": \n', 2),
        ("a.yaml", "a: [1, 2\nb: 3\n", 2),
        ("a.yaml", "a: b: c\n", 1),
        ("a.yaml", 'a: "x\n', 2),
        ("a.toml", 'a = "x\n', 1),
        ("a.toml", "a = 1\na = 2\n", 2),
        ("a.css", "a { b: c;\n", 1),
        ("a.css", "a { b: c; } }\n", 1),
        ("a.css", "/* a\n", 1),
        ("a.scss", "a { b: 'c; }\n", 1),
        ("a.sql", "CREATE TABLE a (b INT;\n", 1),
        ("a.sql", "SELECT 'a FROM b;\n", 1),
        ("a.sql", "PRAGMA x;\n\nCREATE TABEL a (b INT);\n", 3),
        ("a.html", "<div><p>x</p>\n", 1),
        ("a.html", "<div>\n</section></div>\n", 2),
        ("a.html", "<script>\nlet a = (1;\n</script>\n", 2),
        ("a.html", "<script>\nlet a = 1;\n", 1),
        ("a.html", "<html><body>\n<p>x\n", 2),
        ("a.html", "<a href='x\n", 1),
        ("Dockerfile", "FROM a\nRUM x\n", 2),
        ("Dockerfile", "RUN x\n", 1),
        ("Dockerfile", "FROM a\nCMD ['x']\n", 2),
        ("requirements.txt", "a\nb==\n", 2),
        ("requirements.txt", "import os\n", 1),
        ("dev-requirements.txt", "a = 1\n", 1),
    ],
)
def test_is_not(path: str, content: str, line: int) -> None:
    found = errors({path: content}, "syntax")
    assert [(each[0], each[1]) for each in found] == [(path, line)]


def test_what_only_another_database_may_take_is_a_warning_unless_it_is_for_sqlite() -> None:
    script = {"a.sql": "CREATE TABEL a (b INT);\n"}
    assert [each.severity for each in findings(script, "syntax")] == ["warning"]
    assert errors({**script, "a.py": "import sqlite3\n"}, "syntax") == [("a.sql", 1, "invalid-syntax")]


@pytest.mark.parametrize(
    ("path", "content"), [("a.json", '{"a": 1, "a": 2}'), ("a.yaml", "a: 1\nb:\n  c: 1\n  c: 2\n")]
)
def test_a_key_that_stands_twice(path: str, content: str) -> None:
    assert [each.code for each in findings({path: content}, "syntax")] == ["key-twice"]


@pytest.mark.parametrize(
    "content",
    [
        '{"name": "A B"}',
        '{"version": "1.0"}',
        '{"type": "esm"}',
        '{"scripts": ["a"]}',
        '{"dependencies": {"a": 1}}',
        '{"devDependencies": ["a"]}',
        "[]",
    ],
)
def test_a_manifest_of_the_wrong_kind(content: str) -> None:
    assert {each[2] for each in errors({"package.json": content}, "syntax")} == {"invalid-manifest"}


PLACES = {
    "Dockerfile": 'FROM a\nCOPY . /x\nCOPY app/ data/*.csv requirements.txt ./\nCOPY ["dev.txt", "/y"]\nCMD ["python", "app/main.py"]\n',
    "package.json": '{"name": "x", "private": true, "main": "./src/index", "bin": {"x": "bin/x.js"}, "scripts": {"start": "node --watch src/index.js", "all": "npm run start && bash ./bin/y.sh"}}',
    "requirements.txt": "-r dev.txt\n",
    "index.html": '<script src="/static/app.js?v=1"></script><link rel="stylesheet" href="style.css"><img src="https://x/y.png"><a href="no.html">x</a>',
    "dev.txt": "",
    "app/main.py": "",
    "data/a.csv": "",
    "src/index.js": "",
    "bin/x.js": "",
    "bin/y.sh": "",
    "static/app.js": "",
    "static/style.css": "",
}


def test_all_that_is_named_is_there() -> None:
    assert errors(PLACES, "references") == []


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("Dockerfile", "FROM a\nCOPY package-lock.json ./\n"),
        ("Dockerfile", "FROM a\nADD app data dta ./\n"),
        ("Dockerfile", 'FROM a\nCMD ["python", "mian.py"]\n'),
        ("Dockerfile", "FROM a\nENTRYPOINT python app/mian.py --x\n"),
        ("package.json", '{"private": true, "scripts": {"start": "NODE_ENV=x node src/idnex.js"}}'),
        ("package.json", '{"private": true, "scripts": {"a": "npm run b"}}'),
        ("package.json", '{"private": true, "main": "src/main.js"}'),
        ("requirements.txt", "-r nowhere.txt\n"),
        ("index.html", '<script src="static/ap.js"></script>'),
        ("index.html", '<link rel="stylesheet" href="/styles.css">'),
    ],
)
def test_something_that_is_named_is_not(path: str, content: str) -> None:
    assert [
        each[0] for each in errors({**PLACES, "Dockerfile": "FROM a\n", path: content}, "references")
    ] == [path]


def test_a_page_tells_its_scripts_and_what_it_loads() -> None:
    page = read_page(
        File(
            "a.html",
            '<p>\n<script type="module">\na();\n</script>\n<script src="b.js"></script><script type="application/json">{</script>',
        )
    )
    assert [(script.line, script.content, script.module) for script in page.scripts] == [
        (2, "\na();\n", True)
    ]
    assert page.loads == ((5, "b.js"),)


def test_what_a_test_reads_may_be_broken_on_purpose() -> None:
    broken = '{"a": 1}\n{"a": \n'
    assert errors({"data/log.jsonl": broken}, "syntax") != []
    assert errors({"tests/samples/log.jsonl": broken, "samples/page.json": "{"}, "syntax") == []
    assert len(findings({"tests/samples/log.jsonl": broken}, "syntax")) == 1
