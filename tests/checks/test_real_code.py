"""What libraries do on purpose, told from what a model left undone."""

from __future__ import annotations

import pytest

from core.automations.model import File
from core.checks.gates import check
from tests.checks.projects import errors

LIBRARY = {
    "kit/__init__.py": "from kit.core import run\n",
    "kit/core.py": "def run():\n    return 1\n",
    "kit/bridge.py": "import otherkit\n\nprint(otherkit)\n",
}


def test_a_bridge_that_nothing_leads_to_may_need_more() -> None:
    assert errors(LIBRARY, "references") == []


@pytest.mark.parametrize(
    "more",
    [
        {"kit/__init__.py": "from kit import bridge\n"},
        {"kit/__main__.py": "from kit import bridge\n\nprint(bridge)\n"},
        {"main.py": "import kit.bridge\n\nprint(kit)\n"},
        {"kit/bridge.py": "import otherkit\n\nif __name__ == '__main__':\n    print(otherkit.a)\n"},
        {"README.md": "# Kit\n\n## Usage\n\n```sh\npython -m kit.bridge\n```\n"},
        {"test_bridge.py": "import kit.bridge\n\nprint(kit)\n"},
    ],
)
def test_what_is_led_to_needs_all(more: dict[str, str]) -> None:
    assert [each[2] for each in errors({**LIBRARY, **more}, "references")] == ["undeclared-import"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("def main():\n    import otherkit\n    print(otherkit)\n\nmain()\n", 1),
        ("def main(way):\n    if way:\n        import otherkit\n        print(otherkit)\n\nmain(1)\n", 0),
        ("if __name__ == '__main__':\n    import otherkit\n    print(otherkit)\n", 1),
    ],
)
def test_imports_in_functions(text: str, found: int) -> None:
    assert len(errors({"main.py": text}, "references")) == found


@pytest.mark.parametrize(
    "files",
    [
        {"kit/__init__.py": "from kit import core\n\nprint(core)\n", "kit/core.py": ""},
        {
            "kit/__init__.py": "from ._fast import go\n\ngo()\n",
            "kit/_fast.cpython-311-x86_64-linux-gnu.so": "",
        },
        {"a.py": "import kit\n\nprint(kit.__path__)\n", "kit/__init__.py": ""},
        {"a.py": "import os\n\nprint(os._name)\n"},
    ],
)
def test_modules_that_are_there(files: dict[str, str]) -> None:
    assert errors(files, "references") == []


_BASE = "class Base:\n    def run(self):\n        return 1\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            f"{_BASE}\n\nclass Not(Base):\n    def run(self):\n        raise NotImplementedError\n\n\nNot()\n",
            0,
        ),
        (
            "class A:\n    def run(self):\n        raise NotImplementedError\n\n\nclass B(A[int]):\n    pass\n",
            0,
        ),
        ("class A:\n    def run(self): ...\n\n\ndef use(a: A):\n    a.run()\n", 0),
        ("class A:\n    def run(self): ...\n\n\ndef use(a: A):\n    a.run()\n\n\nuse(A())\n", 1),
        ("class A:\n    def run(self): ...\n", 1),
        ("def f():\n    raise NotImplementedError('the old way does not know this')\n", 0),
        ("def f():\n    raise NotImplementedError('this is not implemented yet')\n", 1),
        ("def f():\n    raise NotImplementedError('sending mail')\n", 1),
        ("def f() -> NoReturn:\n    raise NotImplementedError\n", 0),
        ('def f():\n    """Only the available ones."""\n    raise NotImplementedError\n', 1),
    ],
)
def test_functions_that_refuse(text: str, found: int) -> None:
    assert len(errors({"a.py": text}, "placeholders")) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("def f():\n    # TODO: implement sending of mail\n    pass\n", 1),
        ("def f():\n    # TODO: implement sending of mail\n    return None\n", 1),
        ("def f():\n    x = 1\n    # TODO: implement sending of mail\n", 1),
        ("def f():\n    # TODO: implement for other masks, too\n    x = read()\n    return x\n", 0),
        ("def f():\n    # TODO: should we implement it?\n    pass\n", 0),
        ("rate = 1  # placeholder\n", 0),
        ("KIND = 1  # Not yet implemented\n", 0),
        ("def f():\n    # Not implemented yet\n    pass\n", 1),
        ("def f():\n    return 1.0  # placeholder\n", 1),
    ],
)
def test_comments_where_nothing_is_done(text: str, found: int) -> None:
    assert len(errors({"a.py": text}, "placeholders")) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("def f():\n    pass\n\n\ndef f():\n    return 1\n", ["F811"]),
        ("@a\ndef f():\n    pass\n\n\n@a\ndef f():\n    return 1\n", ["F821", "F821"]),
        ("import os\nimport os\n\nprint(os)\n", []),
        ("def f(a: 'Later') -> None:\n    pass\n", []),
        ("def f(a) -> None:\n    print(Later)\n", ["F821"]),
        ("import sys\n\nif sys.version_info < (3,):\n    print(unicode)\n", []),
        ("print(unicode)\n", ["F821"]),
    ],
)
async def test_names_of_python(text: str, found: list[str]) -> None:
    report = await check([File("a.py", text)])
    assert [each.code for each in report.errors if each.code.startswith("F")] == found


@pytest.mark.parametrize(
    "files",
    [
        {"a.js": "let using = '';\nusing += 'a';\nconsole.log(using);\n"},
        {"a.js": "define(['b'], (b) => b);\n"},
        {"a.js": "console.log(__APP_VERSION__);\n"},
        {
            "a.ts": "interface A {\n  <B>(b: B): void\n  /** text */\n  <C>(c: C): void\n}\nexport const a: A = null!;\n"
        },
        {"a.ts": "const f =\n  <A>(a: A) =>\n  <B>(b: B) => [a, b];\nexport { f };\n"},
        {"a.ts": "declare const sql: any;\nexport const a = sql<{ b: string }>`select ${1}`;\n"},
        {
            "a.ts": "import * as p from './p';\nimport Q = p.Q;\nexport const q: Q = 1;\n",
            "p.ts": "export type Q = number;\n",
        },
        {
            "a.js": "const p = require('./p');\nif (p.more) p.more();\n",
            "p.js": "module.exports = { less: 1 };\n",
        },
        {
            "a.js": "const { more } = require('./p');\nmore();\n",
            "p.js": "const p = module.exports = { less: 1 };\nfor (const k of ['more']) p[k] = () => k;\n",
        },
    ],
)
def test_scripts_that_are_right(files: dict[str, str]) -> None:
    assert [errors(files, gate) for gate in ("syntax", "references", "lints")] == [[], [], []]


def test_a_wrapper_is_called_like_its_command() -> None:
    assert (
        errors(
            {"a.sh": '#!/bin/sh\n_systemctl() { systemctl "$@"; }\n_systemctl a\nsystemctl b\n'}, "references"
        )
        == []
    )
