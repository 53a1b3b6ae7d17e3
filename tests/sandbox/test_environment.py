"""What `make sandbox-env` would install; that it does is not tested here, since it downloads."""

from __future__ import annotations

import pytest

from core.sandbox.environment import PINS, main, recipe
from core.sandbox.tools import Tools, find_tools


def test_everything_is_pinned() -> None:
    what = recipe(PINS.read_text("utf-8"), ())
    assert all("==" in name for name in (*what.python, *what.javascript))
    names = {name.partition("==")[0] for name in what.python}
    asked = {
        "requests",
        "httpx",
        "beautifulsoup4",
        "lxml",
        "pandas",
        "matplotlib",
        "fastapi",
        "flask",
        "sqlalchemy",
    }
    assert names.issuperset({*asked, "pytest", "deno"})
    assert "express" in {name.partition("==")[0] for name in what.javascript}


def test_extra_packages_change_the_stamp() -> None:
    plain, more = recipe("a==1\n# note\n", ()), recipe("a==1\n", ("npm:@scope/b==2", "c"))
    assert (more.python, more.javascript) == (("a==1", "c"), ("@scope/b==2",))
    assert plain.stamp != more.stamp
    assert plain.stamp == recipe("a==1", ()).stamp


@pytest.mark.parametrize(
    "name", ["--index-url=x", "a b", "./folder", "a; rm", "git+https://example.org/a", "npm:"]
)
def test_only_names_of_packages_are_taken(name: str) -> None:
    with pytest.raises(ValueError, match="is no package name"):
        recipe("", (name,))


def test_says_what_is_wrong(tmp_path: object, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert main([str(tmp_path), "--index-url=x"]) == 1
    assert "'--index-url=x' is no package name" in capsys.readouterr().err


def test_without_an_environment_its_own_python_must_do(tmp_path: object) -> None:
    tools = find_tools(None)
    assert not tools.javascript
    assert "LD_PRELOAD" not in tools.environment("/env", "/tmp")
    assert Tools(None).environment("/env", "/tmp")["PATH"] == "/usr/local/bin:/usr/bin:/bin"
