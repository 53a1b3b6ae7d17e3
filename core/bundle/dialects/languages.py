"""What the language of a code block says about the file it can be."""

from __future__ import annotations

import re

from core.bundle.kinds import ending

_SHELL = {"bash", "sh", "shell", "zsh", "fish", "console", "terminal", "shell-session"}
_SHELL |= {"cmd", "powershell", "ps1", "bat", "batch"}
_TALK = {"text", "txt", "plaintext", "plain", "output", "log", "none", "tree", "mermaid", "diff", "patch"}
_TALK |= {"markdown", "md", "mdx"}
_DATA = {"yaml", "yml", "toml", "ini", "json", "properties", "conf", "env", "dotenv", "http"}
_MARKDOWN = {"md", "mdx", "markdown"}
_SCRIPT_ENDINGS = frozenset({"sh", "bash", "zsh", "fish", "bat", "cmd", "ps1", "psm1", ""})
_ENDINGS = {
    "python": "py pyi pyw pyx wsgi",
    "py": "py pyi pyw pyx wsgi",
    "javascript": "js mjs cjs jsx ts",
    "js": "js mjs cjs jsx ts",
    "jsx": "jsx js tsx",
    "typescript": "ts mts cts tsx",
    "ts": "ts mts cts tsx",
    "tsx": "tsx ts jsx",
    "json": "json jsonc json5 ipynb babelrc eslintrc prettierrc",
    "yaml": "yaml yml",
    "yml": "yaml yml",
    "toml": "toml lock",
    "xml": "xml xsd xsl svg csproj config xaml plist",
    "html": "html htm xhtml vue svelte ejs hbs jinja jinja2 j2 tmpl php njk twig erb",
    "css": "css scss sass less",
    "sql": "sql",
    "java": "java",
    "kotlin": "kt kts",
    "c": "c h",
    "cpp": "cpp cc cxx c hpp hh h hxx ino",
    "csharp": "cs csx",
    "go": "go mod",
    "rust": "rs",
    "ruby": "rb rake gemspec ru",
    "php": "php phtml",
}


_USUAL = {
    "python": "main.py",
    "py": "main.py",
    "javascript": "main.js",
    "js": "main.js",
    "jsx": "App.jsx",
    "typescript": "main.ts",
    "ts": "main.ts",
    "tsx": "App.tsx",
    "html": "index.html",
    "css": "style.css",
    "sql": "schema.sql",
    "go": "main.go",
    "rust": "main.rs",
    "ruby": "main.rb",
    "php": "index.php",
    "java": "Main.java",
    "c": "main.c",
    "cpp": "main.cpp",
    "dockerfile": "Dockerfile",
    "makefile": "Makefile",
}


def usual_name(name: str) -> str | None:
    """How a project of one file in that language calls it."""
    return "script.sh" if name in {"bash", "sh", "shell", "zsh"} else _USUAL.get(name)


def language(info: str) -> str:
    """The first word of an info string, in lower case."""
    match = re.match(r"\{?\.?([\w+#-]+)", info)
    return match[1].lower() if match else ""


def is_data(name: str) -> bool:
    """Whether `key: value` is an ordinary line of that language."""
    return name in _DATA


def is_shell(name: str) -> bool:
    return name in _SHELL


def is_code(name: str) -> bool:
    """Whether a block of that language is a program, and no commands, output or text."""
    return bool(name) and name not in _SHELL and name not in _TALK


def contradicts(name: str, path: str) -> bool:
    """Whether a block of commands has the name of a program or of a Markdown file: it shows how to use that one."""
    if name not in _SHELL or ending(path) in _SCRIPT_ENDINGS:
        return False
    return ending(path) in _MARKDOWN or any(ending(path) in endings.split() for endings in _ENDINGS.values())


def may_hold(name: str, path: str) -> bool:
    """Whether a block of that language can be the file; unknown languages and files without ending can."""
    if name in _SHELL:
        return ending(path) in _SCRIPT_ENDINGS
    endings = _ENDINGS.get(name)
    return endings is None or ending(path) in (*endings.split(), "")
