"""What must hold for every answer: any cutting gives the same, nothing crashes, work grows with the text alone."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.automations.model import File
from core.bundle.model import Bundle
from core.bundle.parser import BundleParser, parse
from core.bundle.paths import safe_path
from tests.bundle.answers import streamed, tagged
from tests.bundle.corpus import edge_cases, messages, needs_corpus

PIECES = (
    *(
        '<file path="a.py">',
        '<file path="README.md">\n',
        '<file path="../x">\n',
        "</file>",
        "</file>\n",
        "<file",
    ),
    *("<think>", "</think>\n", "<plan>\n", "</plan>", "<notes>", "</notes>\n", "<done/>", "</tml-write>\n"),
    *(
        "```",
        "```python\n",
        "```md\n",
        "````\n",
        "~~~\n",
        "main.py\n",
        "**b.py**\n",
        "# c.py\n",
        "README.md\n",
    ),
    *(
        "\n",
        "\n\n",
        "\r\n",
        " ",
        "   ",
        "<",
        ">",
        '"',
        "`",
        "x = 1\n",
        "<![CDATA[",
        "]]>",
        "&lt;",
        "\0",
        "\ud83d",
    ),
    *(
        "<<<<<<< SEARCH\n",
        "=======\n",
        "1. `d.js`:\n",
        "Then it stores the rows in a table.\n",
        "é",
        "😀",
        "\u202e",
    ),
    *(
        '<edit path="a.py">\n',
        "</edit>\n",
        ">>>>>>> REPLACE\n",
        "------- SEARCH\n",
        "<search>",
        "</search><replace>",
    ),
    *(
        '<boltAction type="file" filePath="e.ts">',
        "</boltAction>\n",
        '<boltAction type="shell">',
        "<write_to_file>\n",
        "<path>f.py</path>\n",
        "<content>\n",
        "</content>\n",
        "</write_to_file>\n",
        '<PlandexBlock lang="go">\n',
        "<source>python\n",
        "</source>\n",
        '<antArtifact title="g.py">\n',
    ),
    *(
        "*** Begin Patch\n",
        "*** Add File: h.py\n",
        "*** Update File: a.py\n",
        "*** End Patch\n",
        "--- a/a.py\n",
        "--- /dev/null\n",
        "+++ b/i.py\n",
        "@@ -1 +1 @@\n",
        "+x\n",
        "-y\n",
    ),
    *("=== j.py ===\n", "--- k.md ---\n", "# File: l.py\n", "// m.js\n", "=== END ===\n"),
    *('{"files": [', '{"path": "n.py", "content": "', "A\\n", '"}', "]}\n", "{\n", '  "o.py": "x\\n",\n'),
    *("Create a file named `p.py`:\n", "Save it as `q.py`.\n", "```bash\n", "```diff\n", "```json\n"),
)
answers = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)
sizes = st.lists(st.integers(1, 30), min_size=1, max_size=6)


def sound(bundle: Bundle) -> None:
    """Whatever came in, this is what may come out."""
    assert len({file.path.casefold() for file in bundle.files}) == len(bundle.files)
    for file in bundle.files:
        assert safe_path(file.path) == file.path
        assert file.content == "" or file.content.endswith("\n")
        assert not file.content.endswith("\n\n")
        assert "\0" not in file.content
        file.content.encode()
    for text in (bundle.said, bundle.partial, bundle.notes, *bundle.warnings, *bundle.commands):
        text.encode()
    for edit in bundle.edits:
        assert safe_path(edit.path) == edit.path
        assert edit.changes or edit.problem
        for change in edit.changes:
            (change.search + change.replace).encode()
    assert set(bundle.promoted) <= {file.path for file in bundle.files}


@settings(max_examples=250, deadline=None)
@given(answers, sizes)
def test_any_cutting_into_chunks_gives_the_same_events_and_files(text: str, cuts: list[int]) -> None:
    whole = BundleParser()
    events, bundle = whole.feed(text), whole.finish()
    assert streamed(text, cuts) == (events, bundle)
    assert parse(text) == bundle
    sound(bundle)
    sound(parse(text, cut=True))


plain = st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t"), max_size=120)


@settings(max_examples=100, deadline=None)
@given(st.lists(plain, min_size=1, max_size=5), sizes)
def test_files_without_the_words_of_the_format_come_back_as_they_were(
    texts: list[str], cuts: list[int]
) -> None:
    clean = [text.translate(str.maketrans("", "", "<`~&")).rstrip() for text in texts]
    files = [File(f"src/f{number}.py", text + "\n" if text else "") for number, text in enumerate(clean)]
    assert streamed(tagged(files), cuts)[1].files == tuple(files)


def mutated(text: str, dice: random.Random) -> str:
    """A few cuts, repeats and insertions of what has a meaning to the parser."""
    at = dice.randrange(len(text) + 1)
    text = text[max(0, at - 3000) : at + 3000]
    for _ in range(dice.randint(1, 12)):
        at = dice.randrange(len(text) + 1)
        end = min(len(text), at + dice.randint(0, 40))
        middle = dice.choice(("", text[at:end] * 3, dice.choice(PIECES), dice.choice(PIECES)))
        text = text[:at] + middle + text[end:]
    return text


@needs_corpus
@pytest.mark.parametrize("seed", range(4))
def test_mutated_answers_never_crash_it(seed: int, request: pytest.FixtureRequest) -> None:
    """`--mutants N` of each of the four seeds; with more than some thousand of them, `--timeout 0` as well."""
    dice = random.Random(seed)  # noqa: S311 - repeatable mutations
    texts = [message["text"] for message in messages().values()] + [case["text"] for case in edge_cases()]
    for _ in range(int(request.config.getoption("--mutants", 150))):
        text = mutated(dice.choice(texts), dice)
        bundle = parse(text)
        sound(bundle)
        assert streamed(text, [dice.randint(1, 200)])[1] == bundle


def calls_in(work: Callable[[], Any]) -> int:
    """How many functions, of Python and of C, `work` calls."""
    count = 0

    def saw(_frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(saw)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


REPEATED = {
    "files": '<file path="d/{n}.py">\nA = 1\n\nB = 2\n</file>\n',
    "one file": "x = 1\n",
    "fences": "**d/{n}.py**\n```python\nA = 1\n```\n",
    "open fences": "```python\n",
    "bare fences": "```\nx\n",
    "markdown": "README.md\n```\n# T\n```\nx\n```\n```bash\ny\n```\n\n```\n",
    "doubtful closers": "x</file>\n\n",
    "damaged closers": "</tml-write>\n",
    "reasoning": "<think>\nx\n</think>\n",
    "lost openers": "</think>\n",
    "plans": "<plan>\nd/{n}.py\n</plan>\n",
    "names": "src/main{n}.py\n",
    "changes": '<edit path="d/{n}.py">\n<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLACE\n</edit>\n',
    "changes of one file": "<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLACE\n",
    "changes without an end": "a.py\n```\n<<<<<<< SEARCH\na\n=======\nb\n```\n",
    "other tags": '<boltAction type="file" filePath="d/{n}.py">\nx\n</boltAction>\n',
    "children": "<write_to_file>\n<path>d/{n}.py</path>\n<content>\nx\n</content>\n</write_to_file>\n",
    "paths without content": "<path>d/{n}.py</path>\n",
    "patches": "*** Begin Patch\n*** Add File: d/{n}.py\n+x\n*** End Patch\n",
    "diffs": "--- a/d/{n}.py\n+++ b/d/{n}.py\n@@\n-x\n+y\n",
    "heads of diffs": "--- a/d/{n}.py\n",
    "separators": "=== d/{n}.py ===\nx\n",
    "separators above fences": "# File: d/{n}.py\nThis file stores the rows.\n\n",
    "separators of two kinds": "=== d/{n}.py ===\nx\n# File: d/{n}.js\n```\n",
    "objects": '{{"path": "d/{n}.py", "content": "x"}}\n',
    "open brackets": "[\n{{\n",
    "open strings": '{{"a": "b',
    "series": "// d/{n}.js\nx\n\n",
    "sentences": "Create a file named `d/{n}.py`:\n```python\nx\n```\nSave it as `e/{n}.py`.\n",
    "folders and files": '<file path="d{n}/a">\nx\n</file>\n<file path="d{n}">\nx\n</file>\n',
}


STARTS = {
    **dict.fromkeys(("one file", "doubtful closers", "damaged closers"), '<file path="a.md">\n'),
    "changes of one file": '<edit path="a.py">\n',
    "series": "```js\n",
    "objects": "[",
}


@pytest.mark.parametrize("shape", REPEATED)
def test_work_grows_with_the_text_alone(shape: str) -> None:
    def text(times: int) -> str:
        return STARTS.get(shape, "") + "".join(REPEATED[shape].format(n=number) for number in range(times))

    once, fourfold = text(250), text(1000)
    assert calls_in(lambda: parse(fourfold)) < 4.4 * calls_in(lambda: parse(once))


ENDLESS = {
    "letters": "x" * 5_000_000,
    "angles": "<" * 1_000_000,
    "angles and spaces": "< " * 500_000,
    "closers": "</file> x" * 200_000,
    "empty files": '<file path="a.py"/>' * 100_000,
    "small files": '<file path="a.py">A</file>' * 100_000,
    "one file": '<file path="a.py">' + "x" * 5_000_000 + "</file>",
    "attributes": "<file " + 'a="b" ' * 200_000,
    "spaces in a closer": "</file" + " " * 1_000_000 + "x",
    "backticks": "`" * 1_000_000,
    "rules": "=" * 1_000_000,
    "rules and a name": "=" * 100_000 + " a.py " + "=" * 100_000,
    "stars": "*** Add File: " + " " * 1_000_000 + "x",
    "dashes": "--- a.py" + " " * 1_000_000 + "x",
    "arrows": "<<<<<<< SEARCH" + ">" * 1_000_000,
    "brackets": "[{" * 500_000,
    "an open string": '{"a.py": "' + "x" * 1_000_000,
    "escapes": '{"files": [{"path": "c.py", "content": "' + "\\n" * 500_000 + '"}]}',
    "pairs of tags": "<path>c.py</path>" * 50_000,
    "search tags": "<search>" * 200_000,
    "names": "create a.py, " * 100_000,
    "reasoning": "<think></think>" * 100_000,
    "decoration": "a.py" + "*" * 195,
    "words": "A " + "bb " * 500_000,
    "ends of CDATA": "]]>" * 500_000,
    "entities": "&lt; " * 500_000,
}


@pytest.mark.parametrize("name", ENDLESS)
def test_endless_lines_outside_and_inside_of_files(name: str) -> None:
    """Each is far below a second; a quadratic search would meet the time limit of the test."""
    line = ENDLESS[name]
    sound(parse(line + "\n"))
    bundle = parse(f'<file path="b.txt">\n</tml-write>\n{line}\n</file>\n')
    sound(bundle)
    assert "b.txt" in {file.path for file in bundle.files}
