"""The gate of secrets and personal paths: what would give away an account, or works on one machine only.

A finding never repeats the secret."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from core.automations.evidence import Finding, Severity
from core.automations.model import File
from core.bundle.kinds import ending, is_markdown
from core.checks.project import Project, is_test
from core.checks.source import Source


@dataclass(frozen=True, slots=True)
class _Kind:
    """``hints``: one of these stands in every text that holds such a secret."""

    name: str
    hints: str
    pattern: re.Pattern[str]


_TOKENS = (
    _Kind("a key of AWS", "AKIA ASIA ABIA ACCA", re.compile(r"\b(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}\b")),
    _Kind(
        "a token of GitHub",
        "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_",
        re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{40,})"),
    ),
    _Kind("a token of GitLab", "glpat-", re.compile(r"\bglpat-[A-Za-z0-9_-]{20,}")),
    _Kind(
        "a token of Slack",
        "xox xapp-",
        re.compile(r"\bxox[abeoprs]-(?:[A-Za-z0-9-]{20,})|\bxapp-\d-[A-Za-z0-9-]{20,}"),
    ),
    _Kind(
        "a webhook of Slack",
        "hooks.slack.com",
        re.compile(
            r"hooks\.slack\.com/(?:services|workflows)/T[A-Za-z0-9]{6,}/[A-Z0-9][A-Za-z0-9]{6,}/[A-Za-z0-9]{16,}"
        ),
    ),
    _Kind(
        "a webhook of Discord",
        "/api/webhooks/",
        re.compile(r"discord(?:app)?\.com/api/webhooks/\d{16,}/[\w-]{50,}"),
    ),
    _Kind("a token of Discord", "M N O", re.compile(r"\b[MNO][A-Za-z\d_-]{23,27}\.[\w-]{6}\.[\w-]{27,40}")),
    _Kind(
        "a key of a model service",
        "sk-",
        re.compile(r"\bsk-(?:proj-|or-v1-|or-|ant-(?:api\d\d-)?|svcacct-|live-)?[A-Za-z0-9_-]{20,}"),
    ),
    _Kind(
        "a key of Google",
        "AIza GOCSPX- ya29.",
        re.compile(
            r"\bAIza[0-9A-Za-z_-]{35}(?![0-9A-Za-z_-])|\bGOCSPX-[A-Za-z0-9_-]{20,}|\bya29\.[A-Za-z0-9_-]{30,}"
        ),
    ),
    _Kind(
        "a key of Stripe",
        "_live_ _test_ whsec_",
        re.compile(r"\b(?:sk|rk|pk)_(?:live|test)_[0-9A-Za-z]{16,}|\bwhsec_[A-Za-z0-9+/=]{24,}"),
    ),
    _Kind("a key of SendGrid", "SG.", re.compile(r"\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{30,}")),
    _Kind("a key of Twilio", "SK", re.compile(r"\bSK[0-9a-f]{32}\b")),
    _Kind("a key of Mailgun", "key-", re.compile(r"\bkey-[0-9a-f]{32}\b")),
    _Kind("a token of npm", "npm_", re.compile(r"\bnpm_[A-Za-z0-9]{36}\b")),
    _Kind("a token of PyPI", "pypi-", re.compile(r"\bpypi-AgE[A-Za-z0-9_-]{50,}")),
    _Kind("a token of Hugging Face", "hf_", re.compile(r"\bhf_[A-Za-z]{30,}\b")),
    _Kind("a token of Telegram", ":AA", re.compile(r"\b\d{8,10}:AA[A-Za-z0-9_-]{33}(?![A-Za-z0-9_-])")),
    _Kind("a key of DigitalOcean", "do", re.compile(r"\bdo[opr]_v1_[a-f0-9]{64}\b")),
    _Kind("a key of Shopify", "shp", re.compile(r"\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}\b")),
    _Kind(
        "a private key",
        "PRIVATE",
        re.compile(
            r"-----BEGIN (?:(?:RSA|EC|DSA|OPENSSH|ENCRYPTED|PGP) )?PRIVATE KEY(?: BLOCK)?-----\s*[A-Za-z0-9+/=\\]{16,}"
        ),
    ),
    _Kind(
        "a signed token",
        "eyJ",
        re.compile(r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{20,}"),
    ),
)
_ADDRESS = re.compile(
    r"\b([a-z][a-z0-9+.-]{1,20})://([^\s:/@'\"`<>{}$%]{1,80}):([^\s:/@'\"`<>{}$%]{3,80})@([\w.-]+)"
)
_ASSIGNED = re.compile(
    r"(?i)((?:passw(?:or)?d|passwd|secret|token|api[_-]?key|access[_-]?key|auth[_-]?key|private[_-]?key|credential)"
    r"[\w-]{0,20})[\"']?\s*(?::\s*\w+\s*)?(?:=>|:=|=|:)\s*[\"']([^\"'\s]{8,200})[\"']"
)
_ARGUMENT = re.compile(
    r"(?i)Authorization[\"']?\s*[:=,]\s*[\"'](?:Bearer|Basic|token)\s+([A-Za-z0-9+/=_.-]{20,})[\"']"
)
_BARE = re.compile(
    r"(?im)^[ \t]*(?:export[ \t]+|ENV[ \t]+|-[ \t]+)?[\w.-]{0,40}(?:passw(?:or)?d|secret|token|api[_-]?key|access[_-]?key|private[_-]?key)"
    r"[\w-]{0,20}[ \t]*[:=][ \t]*([^\s'\"#]{8,200})[ \t]*$"
)
"""The same without quotes, as configuration and shells have it."""
_BARE_KINDS = frozenset({"yml", "yaml", "conf", "ini", "cfg", "properties", "sh", "bash", "env", "toml", ""})
_FORM = re.compile(
    r"example|your|x{4}|placeholder|change[-_]?me|redacted|insert|replace|dummy|\.\.\.", re.IGNORECASE
)
"""Words of a key that only shows what keys look like."""
_STANDS_FOR = re.compile(
    r"example|your|xxx|placeholder|change[-_]?me|redacted|<|>|\.\.\.|\u2026|\*\*|insert|replace|dummy|\$[{(\w]|\{\{|%\(|todo|sample|"
    r"my[-_]?(?:secret|token|key|password)|env[.:_]|process\.|os\.|secrets?\.|0{8}|1234567|abcdef",
    re.IGNORECASE,
)
_LOCAL = re.compile(
    r"localhost|127\.0\.0\.1|0\.0\.0\.0|::1|db|postgres\w*|mysql|mariadb|redis|mongo\w*|rabbitmq|database|host(?:name)?|"
    r"example\.(?:com|org|net)|[\w.-]*\.example|server|broker|cache|proxy[\w.]*",
    re.IGNORECASE,
)
_PLAIN_PASSWORD = re.compile(
    r"(?:pass|tiger|password|passwd|pwd|secret|user|postgres|root|admin|guest|test|example|changeme|mysql|redis|pw|token|p|\w*[Pp]ass\w*)\d{0,3}|\*+|x+|\.+",
    re.IGNORECASE,
)
_HOME = re.compile(
    r"(?<![\w.-])(?:/home/|/Users/|[A-Za-z]:(?:\\\\?|/)(?:Users|Documents and Settings)(?:\\\\?|/))([A-Za-z][\w.-]{1,30})(?=[/\\\"'\s]|$)"
)
_ANYBODY = re.compile(
    r"(?:user(?:name|s)?|you(?:r\w*)?|me|name|runner|app|appuser|node|vscode|ubuntu|debian|ec2-user|pi|admin|root|public|shared|default|"
    r"all users|someone|somebody|anybody|foo|bar|alice|bob|jane|john|joe|jdoe|johndoe|test\w*|guest|deploy\w*|www|web|service|circleci|"
    r"travis|jovyan|dev|developer|coder|linuxbrew|git|myuser|myname|example|airflow|gradle|jenkins|worker|site|sandbox|project|data|xyz|"
    r"nobody|python|builder|opc|vagrant|postgres|nonroot|container|scrapy|crawler|bot)",
    re.IGNORECASE,
)
_UNREAD = frozenset({"svg", "lock", "map", "csv", "tsv", "min.js"})
_LETTERS = 4
"""Different ones at the end of a key: fewer are a form of keys, not a key."""
_ENTROPY = 3.0
"""Bits a character: words have less, random texts more."""


def leaks(project: Project) -> Iterator[Finding]:
    for path, file in project.files.items():
        if ending(path) in _UNREAD or path.endswith(
            ("package-lock.json", "yarn.lock", "pnpm-lock.yaml", "go.sum")
        ):
            continue
        secrets = (*_tokens(file), *_addresses(file), *_assigned(file))
        yield from {each.line: each for each in reversed(secrets)}.values()
        yield from _homes(file, project.sources.get(path))
        yield from _own_environment(file)


def _tokens(file: File) -> Iterator[Finding]:
    for kind in _TOKENS:
        if any(hint in file.content for hint in kind.hints.split()):
            for found in kind.pattern.finditer(file.content):
                if not _FORM.search(found[0]) and _is_varied(found[0]):
                    # Tests of what reads signed tokens hold some.
                    quiet = kind.hints == "eyJ" and is_test(file.path)
                    yield _secret(
                        file, found, f"{kind.name} stands in the text", "warning" if quiet else "error"
                    )


def _addresses(file: File) -> Iterator[Finding]:
    if "://" not in file.content or is_markdown(file.path):
        return
    for found in _ADDRESS.finditer(file.content):
        _, user, password, host = found.groups()
        if _LOCAL.fullmatch(host) or _PLAIN_PASSWORD.fullmatch(password) or _STANDS_FOR.search(found[0]):
            continue
        if password.lower() not in (user.lower(), host.lower()):
            severity: Severity = "warning" if is_test(file.path) else "error"
            yield _secret(file, found, "an address with a password stands in the text", severity)


def _assigned(file: File) -> Iterator[Finding]:
    """A name that says secret, and a value that looks random."""
    if _is_example(file.path):
        return
    bare = _BARE.finditer(file.content) if ending(file.path) in _BARE_KINDS else ()
    for found in (*_ASSIGNED.finditer(file.content), *_ARGUMENT.finditer(file.content), *bare):
        value = found[found.lastindex or 1]
        if not _STANDS_FOR.search(value) and _is_random(value):
            severity: Severity = "warning" if is_test(file.path) or is_markdown(file.path) else "error"
            yield _secret(file, found, "a secret seems to be written into the text", severity)


def _homes(file: File, source: Source | None) -> Iterator[Finding]:
    for found in _HOME.finditer(file.content):
        if not _ANYBODY.fullmatch(found[1]):
            quiet = is_test(file.path) or is_markdown(file.path) or _is_said(file, source, found)
            message = "a path of one person's machine stands in the text: take it from the environment or the project's folder"
            yield Finding(
                file.path,
                _number(file.content, found),
                "personal-path",
                "warning" if quiet else "error",
                message,
            )


def _is_said(file: File, source: Source | None, found: re.Match[str]) -> bool:
    """It stands in a comment, or in a text that goes over lines, which documents something."""
    if _is_comment(_line_at(file.content, found.start())):
        return True
    holding = [string.text for string in source.strings if found[0] in string.text] if source else []
    return bool(holding) and all("\n" in text for text in holding)


def _own_environment(file: File) -> Iterator[Finding]:
    """A `.env` is for one machine: it is never delivered."""
    if file.path.rpartition("/")[2] in (".env", ".env.local", ".env.production"):
        message = "a `.env` holds the values of one machine: deliver `.env.example` instead"
        yield Finding(file.path, 0, "env-file", "error", message)


def _is_varied(token: str) -> bool:
    """`sk-xxxxxxxx…` shows a form and is no key."""
    return len(set(token[-16:])) >= _LETTERS


def _is_random(value: str) -> bool:
    if not (re.search(r"\d", value) and re.search(r"[A-Za-z]", value)) or re.search(
        r"a-z|A-Z|0-9|\\[wds]", value
    ):
        return False
    if re.fullmatch(
        r"[a-z_.-]+\d{0,4}|[A-Z_.-]+\d{0,4}|[a-z0-9_.-]+(?:/[a-z0-9_.-]+)+|https?:.*|[/~.][\w./-]*|\w+[({].*|[\w.-]+@[\w.-]+|\d[\d.:T/-]*Z?|#[0-9a-fA-F]+",
        value,
    ):
        return False
    counts = Counter(value)
    bits = -sum(count / len(value) * math.log2(count / len(value)) for count in counts.values())
    return bits >= _ENTROPY


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith(("#", "//", "*", "/*", "--", "<!--"))


def _is_example(path: str) -> bool:
    return any(word in path.rpartition("/")[2].lower() for word in ("example", "sample", "template"))


def _number(content: str, found: re.Match[str]) -> int:
    return content.count("\n", 0, found.start()) + 1


def _line_at(content: str, at: int) -> str:
    end = content.find("\n", at)
    return content[content.rfind("\n", 0, at) + 1 : end if end >= 0 else len(content)]


def _secret(file: File, found: re.Match[str], what: str, severity: Severity = "error") -> Finding:
    message = f"{what}: read it from the environment, and revoke it if it was real"
    return Finding(file.path, _number(file.content, found), "secret", severity, message)
