"""Code that was left out, told from comments that only sound like it."""

from __future__ import annotations

import pytest

from tests.checks.projects import errors, findings

LEFT_OUT = [
    "... rest of the code remains the same",
    "...existing code...",
    "… (other methods unchanged)",
    "rest of the implementation here",
    "Rest of your code...",
    "existing code here",
    "Your code here",
    "Add your logic here",
    "code goes here",
    "Implementation omitted for brevity",
    "truncated for space",
    "[unchanged]",
    "... same as before ...",
    "TODO: implement this",
    "TODO(me): add your implementation",
    "FIXME - replace with actual API call",
    "Implement your search logic here",
    "placeholder implementation",
    "In a real application, you would call the service here",
]
MEANT = [
    "...",
    "1, 2, 3, ...",
    "The rest of the arguments are passed on.",
    "Skip existing methods that remain open",
    "The body is omitted when the answer is 304.",
    "Handles the case where code comes from elsewhere",
    "see the implementation of sort()",
    "Placeholder for the user's name in templates, such as %s",
    "Returns the remaining items",
    "the original content is kept",
]


@pytest.mark.parametrize("comment", LEFT_OUT)
def test_is_left_out(comment: str) -> None:
    for path, text in (
        ("a.py", f"def f():\n    x = 1  # {comment}\n"),
        ("a.js", f"function f() {{\n  let x = 1; // {comment}\n}}\n"),
        ("a.ts", f"const x = 1;\n/* {comment} */\n"),
        ("a.sh", f"x=1\ny=2 # {comment}\n"),
        ("a.go", f"package a\n// {comment}\n"),
        ("a.yaml", f"a: 1\n# {comment}\n"),
    ):
        assert [(each[0], each[1]) for each in errors({path: text}, "placeholders")] == [(path, 2)]


@pytest.mark.parametrize("comment", MEANT)
def test_is_meant(comment: str) -> None:
    assert errors({"a.py": f"# {comment}\nx = 1\n", "a.js": f"// {comment}\n"}, "placeholders") == []


def test_strings_and_documents_are_no_comments() -> None:
    project = {
        "a.py": '"""\n# your code here\n"""\nx = "# TODO: implement"\n',
        "README.md": "# your code here\n```\n",
        "a.js": "let a = '// your code here';\n",
    }
    assert errors(project, "placeholders") == []


def test_what_is_left_to_do_is_a_warning() -> None:
    assert [
        (each.code, each.severity) for each in findings({"a.py": "# TODO: faster\n"}, "placeholders")
    ] == [("to-do", "warning")]


@pytest.mark.parametrize(
    "code",
    [
        "def f():\n    ...\n",
        'def f():\n    """Does it."""\n    raise NotImplementedError\n',
        'async def f():\n    raise NotImplementedError("later")\n',
        "class A:\n    def f(self):\n        ...\n",
    ],
)
def test_functions_without_a_body(code: str) -> None:
    assert [each[2] for each in errors({"a.py": code}, "placeholders")] == ["stub"]


@pytest.mark.parametrize(
    "code",
    [
        "from typing import Protocol\nclass A(Protocol):\n    def f(self): ...\n",
        "from abc import ABC, abstractmethod\nclass A(ABC):\n    @abstractmethod\n    def f(self): ...\n",
        "from typing import overload\n@overload\ndef f(a: int): ...\n",
        "class BaseStore:\n    def f(self):\n        raise NotImplementedError\n",
        "class Store:\n    def f(self):\n        raise NotImplementedError\nclass Mine(Store):\n    def f(self):\n        return 1\n",
        "def f():\n    raise NotImplementedError('not supported on Windows')\n",
        "try:\n    import x\nexcept ImportError:\n    def f(): ...\n",
    ],
)
def test_bodies_that_are_left_to_others(code: str) -> None:
    assert errors({"a.py": code}, "placeholders") == []


def test_an_empty_function_is_a_warning() -> None:
    assert [each.code for each in findings({"a.py": "def f():\n    pass\n"}, "placeholders")] == [
        "empty-function"
    ]


def test_stubs_of_other_languages() -> None:
    project = {
        "a.js": "export function f() {\n  throw new Error('Not implemented');\n}\n",
        "b.ts": "class A {\n  f(): void {\n    throw new Error(`TODO`);\n  }\n}\n",
        "c.go": 'package a\n\nfunc F() {\n\tpanic("not implemented")\n}\n',
        "d.sh": "f() {\n  echo 'not implemented'\n}\n",
        "e.js": "function f(a) {\n  if (!a) throw new Error('Not implemented');\n  return a;\n}\n",
    }
    assert [each[0] for each in errors(project, "placeholders")] == ["a.js", "b.ts", "c.go"]


@pytest.mark.parametrize(
    "value",
    ["your-api-key-here", "YOUR_API_KEY", "<your_token>", "changeme", "insert-your-key-here", "REPLACE_ME"],
)
def test_values_that_stand_for_a_value(value: str) -> None:
    assert [each[2] for each in errors({"a.py": f'KEY = "{value}"\n'}, "placeholders")] == ["stand-in"]
    assert (
        errors(
            {".env.example": f"KEY={value}\n", "README.md": value, "tests/test_a.py": f'KEY = "{value}"\n'},
            "placeholders",
        )
        == []
    )


@pytest.mark.parametrize(
    "value", ["add_key", "Enter your password", "insert_id", "replace", "your", "put_object"]
)
def test_values_that_are_values(value: str) -> None:
    assert errors({"a.py": f'KEY = "{value}"\n'}, "placeholders") == []


def test_marks_of_an_answer() -> None:
    fence = {"a.py": "```python\nx = 1\n```\n"}
    assert {each[2] for each in errors(fence, "placeholders")} == {"fence"}
    conflict = {"a.css": "<<<<<<< SEARCH\na {}\n=======\nb {}\n>>>>>>> REPLACE\n"}
    assert [each[2] for each in errors(conflict, "placeholders")] == ["conflict"]
