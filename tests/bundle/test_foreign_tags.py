"""Tags that other tools have taught models: each names a file in its own way."""

from __future__ import annotations

import pytest

from core.automations.model import File
from core.bundle.parser import parse
from tests.bundle.answers import contents


@pytest.mark.parametrize(
    "text",
    [
        '<boltAction type="file" filePath="src/a.ts">A\n</boltAction>\n',
        '<dyad-write path="src/a.ts" description="if x > y">\nA\n</dyad-write>\n',
        '<lov-write file_path="src/a.ts">\nA\n</lov-write>\n',
        '<leapFile path="src/a.ts">\nA\n</leapFile>\n',
        '<create_file path="src/a.ts">\nA\n</create_file>\n',
        '<PlandexBlock lang="ts" path="src/a.ts">\nA\n</PlandexBlock>\n',
        '- src/a.ts:\n\n<PlandexBlock lang="ts">\nA\n</PlandexBlock>\n',
        "<write_to_file>\n<path>src/a.ts</path>\n<content>\nA\n</content>\n<line_count>1</line_count>\n</write_to_file>\n",
        "<write_to_file><path>src/a.ts</path><content>\nA\n</content></write_to_file>\n",
        (
            "<changes>\n<change>\n<file>src/a.ts</file>\n<description>x</description>\n<content><![CDATA[A\n]]></content>\n"
            "</change>\n</changes>\n"
        ),
        "<change><file>src/a.ts</file><description>x</description><content><![CDATA[A]]></content></change>\n",
        (
            "<documents>\n<document>\n<source>src/a.ts</source>\n<document_content>\nA\n</document_content>\n</document>\n"
            "</documents>\n"
        ),
        (
            '<invoke name="write_file">\n<parameter name="path">src/a.ts</parameter>\n<parameter name="content">A\n'
            "</parameter>\n</invoke>\n"
        ),
        '<code_file name="src/a.ts">\nA\n</code_file>\n',
        "<file src/a.ts>\nA\n</file>\n",
        "<file: src/a.ts>\nA\n</file>\n",
        '<file path="src/a.ts"\nA\n</file>\n',
        '<FILE PATH="src/a.ts">\nA\n</FILE>\n',
        "**src/a.ts**\n<source>typescript\nA\n</source>\n",
        '```xml\n<boltAction type="file" filePath="src/a.ts">\nA\n</boltAction>\n```\n',
        '<lov-write file_path="src/a.ts">\n```ts\nA\n```\n</lov-write>\n',
    ],
)
def test_each_of_them_is_a_file(text: str) -> None:
    bundle = parse(text)
    assert bundle.files == (File("src/a.ts", "A\n"),)
    assert (bundle.warnings, bundle.truncated) == ((), False)


def test_their_closing_tags_are_damaged_and_forgotten_like_ours() -> None:
    text = '<dyad-write path="a.py">\nA\n</dyad-wirte>\n<lov-write file_path="b.py">\nB\n<leapFile path="c.py">\nC\n</leapFile>\n'
    bundle = parse(text)
    assert {file.path: file.content for file in bundle.files} == {"a.py": "A\n", "b.py": "B\n", "c.py": "C\n"}
    assert bundle.warnings == (
        "`a.py` ended with a damaged closing tag.",
        "`b.py` had no closing tag: it ends where the next file begins.",
    )


def test_commands_deletes_and_moves_are_taken_and_wrappers_say_nothing() -> None:
    bundle = parse(
        'Here it is.\n<boltArtifact id="x" title="A shop">\n<boltAction type="shell">npm install</boltAction>\n'
        '<boltAction type="start">\nnpm run dev\n</boltAction>\n</boltArtifact>\n<lov-delete file_path="a.ts" />\n'
        '<dyad-delete path="b.ts"></dyad-delete>\n<leapMoveFile from="c.ts" to="d.ts" />\n'
        '<file path="g.ts" action="delete"/>\n<file path="h.ts" action="remove"></file>\n'
        '<lov-rename original_file_path="e.ts" new_file_path="f.ts" />\nDone.\n'
    )
    assert bundle.commands == ("npm install", "npm run dev")
    assert bundle.deleted == ("a.ts", "b.ts", "g.ts", "h.ts")
    assert bundle.renamed == (("c.ts", "d.ts"), ("e.ts", "f.ts"))
    assert bundle.said == "Here it is.\nDone."


def test_commands_end_a_file_that_was_not_closed() -> None:
    bundle = parse(
        '<boltAction type="file" filePath="a.js">\nA\n<boltAction type="shell">npm i</boltAction>\n'
    )
    assert ([file.content for file in bundle.files], bundle.commands) == (["A\n"], ("npm i",))


def test_the_title_of_an_artifact_is_a_weak_name() -> None:
    artifact = '<antArtifact identifier="{0}" type="application/vnd.ant.code" language="python" title="{0}">\nA\n</antArtifact>\n'
    assert parse(artifact.format("a.py")).weak == ("a.py",)
    both = artifact.format("a.py") + artifact.format("b.py")
    assert contents(both) == {"a.py": "A\n", "b.py": "A\n"}
    assert contents(both + '<file path="c.py">\nC\n</file>\n') == {"c.py": "C\n"}
    assert parse(artifact.format("The sieve")).unnamed == 1


def test_a_cut_inside_of_them_is_a_cut() -> None:
    bundle = parse(
        '<boltAction type="file" filePath="a.py">\nA\n</boltAction>\n<boltAction type="file" filePath="b.py">\nB'
    )
    assert ([file.path for file in bundle.files], bundle.open_path, bundle.partial) == (["a.py"], "b.py", "B")


@pytest.mark.parametrize(
    "text",
    [
        "<path>a.py</path>\nThis is the file.\n<content>\nA\n</content>\n",
        "<content>\nA\n</content>\n",
        "<pre>\nA\n</pre>\n",
        '<input type="file" name="a.py">\n',
        '<div path="a.py">\nA\n</div>\n',
        "I put it into `<file path=...>` for you.\n",
    ],
)
def test_other_tags_are_no_files(text: str) -> None:
    assert contents(text) == {}
