"""Whether a word looks like the name of a file. Only for words that no format marks as a name."""

from __future__ import annotations

import re

from core.bundle.kinds import ending

_WORD = re.compile(r"[\w$@+#~()\[\]{}.-]+(?:[/\\][\w$@+#~()\[\]{}.-]+)*")
_LONGEST = 200

_ENDING_WORDS = """
    adoc asm astro awk bas bat bash bib bzl c cc cfg cjs clj cljs cls cmake cmd cnf coffee conf config cpp cr cs cshtml
    csproj css csv cts cu cxx d dart dbml diff dockerfile dockerignore dot dts editorconfig ejs el elm env erb erl ex
    example exs f90 feature fish frag fs fsproj fsx gd geojson gitignore glsl go gql gradle graphql groovy h haml
    handlebars hbs hcl hpp hrl hs htm html http hx hxx iml ini ino ipynb iss java jinja jinja2 jl js json json5 jsonc
    jsonl jsp jsx kt kts latex less lhs lisp lock log lua m4 makefile markdown md mdx mjs mk ml mli mm mod mts
    mustache nginx nim nix njk nu org patch php phtml pl plist pm po pp prisma pro properties proto ps1 psd1 psm1 pug
    puml pxd py pyi pyw pyx qml r rake rb rego resx rkt rmd robot rs rst rules s sass sbt scala scm scss sed service
    sh sln sol sql srt st storyboard styl sum sv svelte svg swift sv t tcl template tex tf tfvars thrift timer tmpl
    toml ts tsv tsx twig txt v vb vbs vert vhd vhdl vim vtt vue wat wsdl wsgi xaml xhtml xib xml xsd xsl xslt yaml yml
    zig zsh
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
    if name in _WHOLE_NAMES:
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
