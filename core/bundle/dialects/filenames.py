"""Whether a word looks like the name of a file. Only for words that no format marks as a name."""

from __future__ import annotations

import re

from core.bundle.kinds import ending

_WORD = re.compile(r"[\w$@+#~()\[\]{}.-]+(?:[/\\][\w$@+#~()\[\]{}.-]+)*")
_LONGEST = 200

_ENDING_WORDS = """
    adoc ahk applescript as asm astro au3 awk bas bash bat bib bicep blade bzl c cbl cc cfg cjs clj cljs cls
    cmake cmd cnf cob coffee conf config cpp cr cs cshtml csproj css csv cts cu cue cxx d dart dbml desktop
    diff dockerfile dockerignore dot dts ecr editorconfig eex ejs el elm env erb erl ex example exs f f77 f90
    f95 feature fish for frag fs fsproj fsx gd geojson gitignore gleam glsl go gql gradle graphql groovy gs h
    haml handlebars hbs hcl heex hpp hrl hs htm html http hx hxx iml in inc ini inl ino ipynb iss j2 java
    jinja jinja2 jl js json json5 jsonc jsonl jsonnet jsp jsx kt kts latex less lhs lisp lock log lua m m4
    makefile markdown md mdx mjs mk ml mli mm mod mts mustache nginx nim nimble nix njk nu nut org pas patch
    php phtml pl plist pm po pp prisma pro properties proto ps1 psd1 psm1 pug puml pxd pxi py pyi pyw pyx qml
    qss r rake raku rb rbi rego resx rkt rmd robot ron rs rst rules s sass sbt scad scala scm scpt scss sed
    service sh sln sol sql srt st storyboard styl sum sv svelte svg swift t tcl template tex tf tfvars thrift
    timer tmpl toml ts tsv tsx twig txt typ v vala vb vbs vert vhd vhdl vim vtt vue wat webmanifest wgsl wl
    wsdl wsgi xaml xhtml xib xml xq xsd xsl xslt yaml yang yml zig zsh
"""
_WHOLE_WORDS = """
    Dockerfile Containerfile Makefile GNUmakefile makefile Procfile Gemfile Rakefile Guardfile Vagrantfile Jenkinsfile
    Pipfile Brewfile Caddyfile Justfile justfile Tiltfile Podfile Fastfile Earthfile BUILD WORKSPACE LICENSE LICENCE
    COPYING NOTICE AUTHORS CONTRIBUTORS CHANGELOG CODEOWNERS README CONTRIBUTING VERSION MANIFEST crontab
    .gitignore .gitattributes .gitmodules .gitkeep .dockerignore .editorconfig .env .envrc .npmrc .nvmrc .yarnrc
    .babelrc .eslintrc .eslintignore .prettierrc .prettierignore .stylelintrc .flake8 .pylintrc .coveragerc
    .python-version .node-version .ruby-version .tool-versions .htaccess .bashrc .zshrc .profile .vimrc .browserslistrc
    .slugignore .helmignore .npmignore .mailmap .clang-format .shellcheckrc .env.example
"""
_ENDINGS = frozenset(_ENDING_WORDS.split())
_WHOLE_NAMES = frozenset(_WHOLE_WORDS.split())
_DOTTED = re.compile(r"\.[a-z][\w-]*(?:ignore|rc)|\.env\.[a-z]\w*")
_PRODUCTS = re.compile(
    r"(?:node|vue|next|nuxt|react|express|three|d3|p5|chart|discord|angular|backbone|ember|socket|moment|alpine|nest|"
    r"electron|brain|tensorflow|ml5|plotly|paper|matter|phaser|pixi|babylon|require|core|anime|video|leaflet|highlight)"
    r"\.(?:js|ts|io)|(?:asp|ado|vb)\.net",
    re.IGNORECASE,
)
"""Libraries that are called like files."""


def as_path(word: str) -> str | None:
    """`word` as the path it looks like, with `/` and without Markdown's escapes."""
    word = _unescaped(word.strip())
    if not 1 < len(word) <= _LONGEST or not _WORD.fullmatch(word):
        return None
    word = _balanced(word)
    name = re.split(r"[/\\]", word)[-1]
    if name in _WHOLE_NAMES or _DOTTED.fullmatch(name):
        return word
    if ending(name) not in _ENDINGS or not re.search(r"\w", name.rpartition(".")[0]):
        return None
    return None if _PRODUCTS.fullmatch(word) else word


def _unescaped(word: str) -> str:
    """Markdown escapes off: `\\_` is `_` unless backslashes separate the folders."""
    return (
        re.sub(r"\\([_*\[\]().#~-])", r"\1", word)
        if "/" in word or re.fullmatch(r"[^\\]*(?:\\_[^\\]*)+", word)
        else word
    )


def _balanced(word: str) -> str:
    """Without a bracket at its end that was opened before the word."""
    while word and word[-1] in ")]}" and word.count(word[-1]) > word.count("([{"[")]}".index(word[-1])]):
        word = word[:-1]
    return word
