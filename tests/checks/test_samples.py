"""Small applications as people build them, in styles that the gates were not made for. Nothing in them is an error."""

from __future__ import annotations

import pytest

from core.checks.gates import check
from tests.checks.projects import files

FASTAPI = {
    "pyproject.toml": """
[project]
name = "notes"
version = "0.1.0"
requires-python = ">=3.12"
dependencies = ["fastapi[standard]>=0.115", "sqlalchemy>=2", "pydantic-settings>=2", "python-dotenv"]

[project.optional-dependencies]
dev = ["pytest", "httpx"]

[tool.pytest.ini_options]
pythonpath = ["src"]
""",
    "src/notes/__init__.py": "",
    "src/notes/settings.py": """
from functools import lru_cache

from dotenv import load_dotenv
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="NOTES_", env_file=".env")

    database_url: str = "sqlite:///notes.db"
    debug: bool = False


@lru_cache
def settings() -> Settings:
    load_dotenv()
    return Settings()
""",
    "src/notes/models.py": """
from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import String, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

from .settings import settings

engine = create_engine(settings().database_url)
SessionLocal = sessionmaker(bind=engine)


class Base(DeclarativeBase):
    pass


class Note(Base):
    __tablename__ = "notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(String(500))
    created: Mapped[datetime] = mapped_column(default=lambda: datetime.now(UTC))


def session() -> Session:
    return SessionLocal()
""",
    "src/notes/main.py": """
import logging
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from notes.models import Base, Note, engine, session

logger = logging.getLogger("notes")
HERE = Path(__file__).parent


@asynccontextmanager
async def lifespan(_: FastAPI):
    Base.metadata.create_all(engine)
    yield


app = FastAPI(title="Notes", lifespan=lifespan)
app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")


class NoteIn(BaseModel):
    text: str = Field(min_length=1, max_length=500)


def db():
    with session() as current:
        yield current


@app.get("/")
def index() -> FileResponse:
    return FileResponse(HERE / "static" / "index.html")


@app.post("/notes", status_code=201)
def add(note: NoteIn, current: Annotated[Session, Depends(db)]) -> dict[str, int]:
    try:
        row = Note(text=note.text)
        current.add(row)
        current.commit()
    except SQLAlchemyError as error:
        logger.exception("cannot keep a note")
        raise HTTPException(503, "the database does not answer") from error
    return {"id": row.id}


@app.get("/notes")
def all_notes(current: Annotated[Session, Depends(db)]) -> list[dict[str, str]]:
    return [{"text": row.text} for row in current.scalars(select(Note))]
""",
    "src/notes/static/index.html": """
<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>Notes</title>
  <link rel="stylesheet" href="/static/style.css">
</head>
<body>
  <h1>Notes</h1>
  <form id="form"><input id="text" required maxlength="500"><button>Add</button></form>
  <ul id="list"></ul>
  <script src="https://cdn.jsdelivr.net/npm/chart.js"></script>
  <script src="/static/app.js"></script>
</body>
</html>
""",
    "src/notes/static/app.js": """
const list = document.getElementById('list');

async function refresh() {
  try {
    const answer = await fetch('/notes');
    list.replaceChildren(...(await answer.json()).map(({ text }) => {
      const item = document.createElement('li');
      item.textContent = text;
      return item;
    }));
    new Chart(list, { type: 'bar' });
  } catch (error) {
    console.error('cannot read the notes', error);
  }
}

document.getElementById('form').addEventListener('submit', async (event) => {
  event.preventDefault();
  const field = document.getElementById('text');
  await fetch('/notes', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ text: field.value }) });
  field.value = '';
  refresh();
});

refresh();
""",
    "src/notes/static/style.css": "body { font-family: system-ui; margin: 2rem auto; max-width: 40rem }\nli:nth-child(2n) { background: #eee }\n",
    "tests/conftest.py": "import os\n\nos.environ['NOTES_DATABASE_URL'] = 'sqlite://'\n",
    "tests/test_notes.py": """
import pytest
from fastapi.testclient import TestClient

from notes.main import app


@pytest.fixture
def client():
    with TestClient(app) as client:
        yield client


def test_an_empty_note_is_refused(client):
    assert client.post("/notes", json={"text": ""}).status_code == 422
""",
    "Dockerfile": """
FROM python:3.12-slim AS build
WORKDIR /app
COPY pyproject.toml ./
COPY src ./src
RUN pip install --no-cache-dir .

FROM python:3.12-slim
COPY --from=build /usr/local /usr/local
EXPOSE 8000
HEALTHCHECK CMD python -c "import urllib.request; urllib.request.urlopen('http://localhost:8000')"
CMD ["uvicorn", "notes.main:app", "--host", "0.0.0.0", "--port", "8000"]
""",
    "docker-compose.yml": """
services:
  web:
    build: .
    ports: ["8000:8000"]
    environment:
      NOTES_DATABASE_URL: ${NOTES_DATABASE_URL:-sqlite:///notes.db}
""",
    ".env.example": "# where notes are kept\nNOTES_DATABASE_URL=sqlite:///notes.db\nNOTES_DEBUG=false\n",
    ".github/workflows/ci.yml": "on: [push]\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: pip install -e '.[dev]' && pytest\n",
    "README.md": """
# Notes

## Quick start

```bash
python -m venv .venv && source .venv/bin/activate
pip install -e '.[dev]'
uvicorn notes.main:app --reload
```

Or `docker compose up`.

## Usage

Open <http://localhost:8000>, or:

```bash
curl -X POST localhost:8000/notes -H 'Content-Type: application/json' -d '{"text": "milk"}'
```
""",
}
EXPRESS = {
    "package.json": """
{
  "name": "tickets",
  "version": "1.0.0",
  "private": true,
  "main": "server.js",
  "scripts": {
    "start": "node server.js",
    "dev": "nodemon server.js",
    "migrate": "node scripts/migrate.js",
    "test": "jest --runInBand"
  },
  "dependencies": { "better-sqlite3": "^11.0.0", "cors": "^2.8.5", "dotenv": "^16.4.5", "express": "^4.19.2", "winston": "^3.13.0" },
  "devDependencies": { "jest": "^29.7.0", "nodemon": "^3.1.0", "supertest": "^7.0.0" }
}
""",
    "server.js": """
'use strict';
require('dotenv').config();
const path = require('path');
const express = require('express');
const cors = require('cors');
const logger = require('./lib/logger');
const { router } = require('./routes/tickets');

const app = express();
app.use(cors(), express.json(), express.static(path.join(__dirname, 'public')));
app.use('/api/tickets', router);
app.use((error, request, response, next) => {
  logger.error(error.message);
  if (response.headersSent) return next(error);
  response.status(500).json({ error: 'internal' });
});

if (require.main === module) {
  const port = Number(process.env.PORT) || 3000;
  const server = app.listen(port, () => logger.info(`listening on ${port}`));
  process.on('SIGTERM', () => server.close());
}

module.exports = app;
""",
    "lib/logger.js": """
const { createLogger, format, transports } = require('winston');

module.exports = createLogger({
  level: process.env.LOG_LEVEL || 'info',
  format: format.json(),
  transports: [new transports.Console()],
});
""",
    "lib/db.js": """
const Database = require('better-sqlite3');
const fs = require('node:fs');
const path = require('node:path');

let connection;

function open() {
  if (!connection) {
    connection = new Database(process.env.DATABASE_FILE ?? ':memory:');
    connection.exec(fs.readFileSync(path.join(__dirname, '..', 'schema.sql'), 'utf8'));
  }
  return connection;
}

exports.open = open;
exports.all = () => open().prepare('SELECT * FROM tickets').all();
exports.add = (title) => open().prepare('INSERT INTO tickets (title) VALUES (?)').run(title).lastInsertRowid;
""",
    "routes/tickets.js": """
const { Router } = require('express');
const db = require('../lib/db');

const router = Router();
router.get('/', (_request, response) => response.json(db.all()));
router.post('/', (request, response, next) => {
  try {
    const { title = '' } = request.body ?? {};
    if (!title.trim()) return response.status(400).json({ error: 'title' });
    return response.status(201).json({ id: db.add(title) });
  } catch (error) {
    return next(error);
  }
});

module.exports = { router };
""",
    "scripts/migrate.js": "require('../lib/db').open();\nconsole.info('done');\n",
    "schema.sql": "CREATE TABLE IF NOT EXISTS tickets (\n  id INTEGER PRIMARY KEY AUTOINCREMENT,\n  title TEXT NOT NULL,\n  created TEXT DEFAULT (datetime('now'))\n);\n",
    "public/index.html": '<!doctype html>\n<title>Tickets</title>\n<div id="app"></div>\n<script type="module" src="js/main.js"></script>\n',
    "public/js/main.js": "import { list } from './api.js';\n\ndocument.querySelector('#app').append(JSON.stringify(await list()));\n",
    "public/js/api.js": "export const list = async () => (await fetch('/api/tickets')).json();\n",
    "__tests__/tickets.test.js": """
const request = require('supertest');
const app = require('../server');

describe('tickets', () => {
  beforeEach(() => jest.clearAllMocks());
  it('refuses an empty title', async () => {
    const response = await request(app).post('/api/tickets').send({ title: ' ' });
    expect(response.status).toBe(400);
  });
});
""",
    ".env.example": "PORT=3000\nLOG_LEVEL=info\nDATABASE_FILE=tickets.db\n",
    "README.md": "# Tickets\n\n## Installation\n\n```\nnpm ci\ncp .env.example .env\nnpm run migrate\n```\n\n## Usage\n\n`npm run dev`, then open http://localhost:3000.\n",
}
REACT = {
    "package.json": '{"name": "board", "private": true, "type": "module", "scripts": {"dev": "vite", "build": "tsc -b && vite build", "preview": "vite preview"}, "dependencies": {"react": "^19", "react-dom": "^19"}, "devDependencies": {"@types/react": "^19", "@types/react-dom": "^19", "@vitejs/plugin-react": "^4", "typescript": "~5.9", "vite": "^7"}}',
    "tsconfig.json": '{\n  "compilerOptions": {"jsx": "react-jsx", "module": "ESNext", "moduleResolution": "bundler", "strict": true, "baseUrl": ".", "paths": {"@/*": ["src/*"]}},\n  "include": ["src"],\n}\n',
    "vite.config.ts": "import react from '@vitejs/plugin-react';\nimport { defineConfig } from 'vite';\nimport path from 'node:path';\n\nexport default defineConfig({ plugins: [react()], resolve: { alias: { '@': path.resolve(__dirname, 'src') } } });\n",
    "index.html": '<!doctype html>\n<html lang="en">\n  <head><meta charset="UTF-8" /><title>Board</title><link rel="icon" href="/vite.svg" /></head>\n  <body><div id="root"></div><script type="module" src="/src/main.tsx"></script></body>\n</html>\n',
    "public/vite.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>\n",
    "src/main.tsx": "import { StrictMode } from 'react';\nimport { createRoot } from 'react-dom/client';\nimport App from '@/App';\nimport './index.css';\n\ncreateRoot(document.getElementById('root')!).render(<StrictMode><App title=\"Board\" /></StrictMode>);\n",
    "src/App.tsx": """
import { useEffect, useState, type FC, type ReactNode } from 'react';
import { load, type Card } from './api';
import { Column } from './components';

interface Props { title: string; children?: ReactNode }
enum Order { Newest, Oldest }

const App: FC<Props> = ({ title, children }) => {
  const [cards, setCards] = useState<Card[]>([]);
  const [order, setOrder] = useState<Order>(Order.Newest);
  useEffect(() => {
    const control = new AbortController();
    load(control.signal).then(setCards).catch((error: unknown) => console.error(error));
    return () => control.abort();
  }, []);
  const sorted = cards.toSorted((a, b) => (order === Order.Newest ? b.id - a.id : a.id - b.id));
  return (
    <>
      <h1 onClick={() => setOrder(Order.Oldest)}>{title}</h1>
      <Column name="all">{sorted.map((card) => <p key={card.id}>{card.text}</p>)}</Column>
      {children}
    </>
  );
};

export default App;
""",
    "src/api.ts": "export interface Card { readonly id: number; text: string }\n\nexport async function load(signal: AbortSignal): Promise<Card[]> {\n  const answer = await fetch(`${import.meta.env.VITE_API_URL}/cards`, { signal });\n  if (!answer.ok) throw new Error(String(answer.status));\n  return (await answer.json()) as Card[];\n}\n",
    "src/components/index.ts": "export { default as Column } from './Column';\nexport * from './types';\n",
    "src/components/Column.tsx": "import type { PropsWithChildren } from 'react';\nimport type { Named } from './types';\n\nexport default function Column({ name, children }: PropsWithChildren<Named>) {\n  return <section aria-label={name}>{children}</section>;\n}\n",
    "src/components/types.ts": "export type Named = { name: string };\n",
    "src/index.css": ":root { --gap: 1rem }\n@media (max-width: 40rem) { section { padding: calc(var(--gap) / 2) } }\n",
    "src/vite-env.d.ts": '/// <reference types="vite/client" />\n',
    ".env.example": "VITE_API_URL=http://localhost:3000\n",
    "README.md": "# Board\n\n## Getting started\n\n```sh\nnpm install\n```\n\n## Run\n\n```sh\nnpm run dev\n```\n",
}
ANALYSIS = {
    "requirements.txt": "pandas>=2.2,<3\nmatplotlib>=3.9,<4\n# for .xlsx\nopenpyxl\n",
    "analyse.py": '''
#!/usr/bin/env python3
"""Monthly totals from a CSV file."""

import argparse
import logging
import sys
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import cleaning
from charts import bar as draw_bar

LOG = logging.getLogger(__name__)


def totals(frame: pd.DataFrame) -> pd.Series:
    """Sums by month."""
    return frame.groupby(frame["date"].dt.to_period("M"))["amount"].sum()


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path)
    parser.add_argument("--out", type=Path, default=Path("out"))
    arguments = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO)
    try:
        frame = cleaning.load(arguments.source)
    except (OSError, ValueError) as error:
        LOG.error("cannot read %s: %s", arguments.source, error)
        return 1
    series = totals(frame)
    arguments.out.mkdir(exist_ok=True)
    figure, axis = plt.subplots()
    draw_bar(axis, np.asarray(series))
    figure.savefig(arguments.out / "totals.png")
    print(series.to_string())
    return 0


if __name__ == "__main__":
    sys.exit(main())
''',
    "cleaning.py": 'from pathlib import Path\n\nimport pandas as pd\n\n\ndef load(path: Path) -> pd.DataFrame:\n    """Raises ValueError for a table without the two columns."""\n    frame = pd.read_excel(path) if path.suffix == ".xlsx" else pd.read_csv(path, parse_dates=["date"])\n    if not {"date", "amount"} <= set(frame.columns):\n        raise ValueError("needs the columns date and amount")\n    return frame.dropna()\n',
    "charts.py": "from __future__ import annotations\n\nfrom typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from matplotlib.axes import Axes\n    from numpy.typing import NDArray\n\n\ndef bar(axis: Axes, values: NDArray) -> None:\n    axis.bar(range(len(values)), values)\n",
    "tests/test_analyse.py": "import unittest\n\nimport pandas as pd\n\nfrom analyse import totals\n\n\nclass TotalsTest(unittest.TestCase):\n    def test_sums(self):\n        frame = pd.DataFrame({'date': pd.to_datetime(['2024-01-01', '2024-01-02']), 'amount': [1, 2]})\n        self.assertEqual(list(totals(frame)), [3])\n",
    "sample.csv": "date,amount\n2024-01-01,3.50\n",
    "README.md": "# Totals\n\n## Setup\n\n    pip install -r requirements.txt\n\n## Usage\n\n    python analyse.py sample.csv --out out\n\n## Tests\n\n    python -m unittest discover -s tests\n",
}


@pytest.mark.parametrize(
    "project", [FASTAPI, EXPRESS, REACT, ANALYSIS], ids=["fastapi", "express", "react", "analysis"]
)
async def test_is_ready(project: dict[str, str]) -> None:
    report = await check(files(project))
    assert report.errors == ()
    assert report.ready
