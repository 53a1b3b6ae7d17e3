"""Which calls of Python code leave the program, by their full names."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from core.checks.source import BoundaryKind

_VERBS = "get post put patch delete head options request stream Session Client AsyncClient"
_TABLE: Mapping[BoundaryKind, str] = {
    "network": "urllib.request.urlopen urllib.request.urlretrieve urllib3.PoolManager aiohttp.ClientSession "
    "aiohttp.request socket.create_connection smtplib.SMTP smtplib.SMTP_SSL ftplib.FTP ftplib.FTP_TLS "
    "imaplib.IMAP4 imaplib.IMAP4_SSL http.client.HTTPConnection http.client.HTTPSConnection boto3.client "
    "boto3.resource websockets.connect paramiko.SSHClient feedparser.parse asyncio.open_connection "
    "selenium.webdriver.Chrome selenium.webdriver.Firefox "
    + " ".join(f"{library}.{verb}" for library in ("requests", "httpx") for verb in _VERBS.split()),
    "database": "sqlite3.connect aiosqlite.connect psycopg.connect psycopg2.connect psycopg.AsyncConnection.connect "
    "psycopg_pool.ConnectionPool asyncpg.connect asyncpg.create_pool pymysql.connect MySQLdb.connect "
    "mysql.connector.connect sqlalchemy.create_engine sqlalchemy.ext.asyncio.create_async_engine "
    "pymongo.MongoClient motor.motor_asyncio.AsyncIOMotorClient redis.Redis redis.from_url duckdb.connect",
    "file": "open io.open codecs.open gzip.open zipfile.ZipFile tarfile.open shutil.copy shutil.copyfile shutil.copytree "
    "shutil.move shutil.rmtree os.remove os.rename os.replace os.unlink pandas.read_csv pandas.read_excel "
    "pandas.read_json pandas.read_parquet",
}
BOUNDARIES: Mapping[str, BoundaryKind] = {
    call: kind for kind, calls in _TABLE.items() for call in calls.split()
}
FILE_METHODS = frozenset({"read_text", "write_text", "read_bytes", "write_bytes"})
"""Of paths, whatever the path is called."""
LOG_MODULES = frozenset({"logging", "structlog", "loguru", "logbook", "eliot"})
APPLICATIONS = frozenset(
    {
        "fastapi.FastAPI",
        "flask.Flask",
        "starlette.applications.Starlette",
        "quart.Quart",
        "aiohttp.web.Application",
    }
    | {"typer.Typer", "litestar.Litestar", "sanic.Sanic", "falcon.App", "bottle.Bottle", "celery.Celery"}
)
"""Objects that a command of their framework starts."""


def dotted(node: ast.AST) -> str:
    """`a.b.c` as text; "" for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def full_name(node: ast.AST, imported: Mapping[str, str]) -> str:
    """The same with the imported name spelled out: `urlopen` -> `urllib.request.urlopen`."""
    name = dotted(node)
    first, dot, rest = name.partition(".")
    return f"{imported.get(first, first)}{dot}{rest}"
