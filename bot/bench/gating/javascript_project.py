"""A good JavaScript project and a good TypeScript project, as the prompts ask for them."""

from __future__ import annotations

from random import Random

from bot.bench.gating.words import Package, filled, words
from core.automations.model import File

PACKAGES = (
    Package("import { parse } from 'csv-parse/sync';", "parse(text)", '"csv-parse": "^5.5.0"'),
    Package("import yaml from 'js-yaml';", "yaml.load(text)", '"js-yaml": "^4.1.0"'),
    Package("import * as cheerio from 'cheerio';", "cheerio.load(text).text()", '"cheerio": "^1.0.0"'),
    Package("import dayjs from 'dayjs';", "dayjs(text).format()", '"dayjs": "^1.11.0"'),
    Package("import lodash from 'lodash';", "lodash.words(text)", '"lodash": "^4.17.21"'),
    Package("import { z } from 'zod';", "z.string().parse(text)", '"zod": "^3.23.0"'),
    Package("import { format } from '@std-kit/format';", "format(text)", '"@std-kit/format": "^2.0.0"'),
)

_ENVIRONMENT = """
# Where the ${thing}s come from
$variable=https://example.com/${thing}s
# debug, info, warn
LOG_LEVEL=info
"""
_README = """
# ${Thing}s

Reads ${thing}s from a service and prints the largest. Needs Node.js 22.18 or newer.

## $setup

```bash
npm install
cp .env.example .env
```

## Configuration

| variable | meaning | default |
|---|---|---|
| `$variable` | where the ${thing}s come from | none |
| `LOG_LEVEL` | how much is logged | `info` |

## $usage

```bash
npm start
```

## Tests

```bash
npm test
```
"""
_JAVASCRIPT = {
    "package.json": """
{
  "name": "$name",
  "version": "1.0.0",
  "private": true,
  "type": "module",
  "engines": { "node": ">=22.18" },
  "scripts": {
    "start": "node --env-file-if-exists=.env src/main.js",
    "test": "node --test \\"tests/**/*.test.js\\""
  },
  "dependencies": {
    $declared
  }
}
""",
    ".env.example": _ENVIRONMENT,
    "config/fields.json": """
{
  "fields": ["name", "$part"],
  "limit": 50,
  "labels": { "$part": "by $part" }
}
""",
    "src/logger.js": """
// Writes one JSON line per event to stderr.
const LEVELS = ['debug', 'info', 'warn', 'error'];
const least = LEVELS.indexOf(process.env.LOG_LEVEL ?? 'info');

/** @param {string} level @param {string} message @param {object} [more] */
export function log(level, message, more = {}) {
  if (LEVELS.indexOf(level) < least) return;
  process.stderr.write(`$${JSON.stringify({ time: new Date().toISOString(), level, message, ...more })}\\n`);
}
""",
    "src/settings.js": """
// Settings from the environment, checked at the start.
export class SettingsWrong extends Error {}

/** @returns {{ address: string }} */
export function readSettings() {
  const address = process.env.$variable;
  if (!address) throw new SettingsWrong('$variable is not set');
  return { address };
}
""",
    "src/client.js": """
// Fetches ${thing}s from the service.
import { log } from './logger.js';

export class FetchFailed extends Error {}

/** @param {string} address */
export async function fetchAll(address) {
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(10_000) });
    if (!response.ok) throw new FetchFailed(`$${address} answered $${response.status}`);
    return (await response.json()).filter(isUsable);
  } catch (error) {
    log('error', 'the ${thing}s could not be fetched', { address });
    throw new FetchFailed(`$${address} cannot be read`, { cause: error });
  }
}

function isUsable(record) {
  const usable = typeof record.name === 'string' && Number.isFinite(record.$part);
  if (!usable) log('warn', 'skipped', { record });
  return usable;
}
""",
    "src/report.js": """
// Tells people what was found.
$imported

/** @param {{ name: string, $part: number }[]} found */
export function summary(found) {
  const ordered = [...found].sort((one, other) => other.$part - one.$part);
  return ordered.map((one) => `$${one.name}: $${one.$part.toFixed(2)}`).join('\\n');
}

/** @param {string} text */
export function imported(text) {
  return $use;
}
""",
    "src/main.js": """
// Starts it.
import { readFile } from 'node:fs/promises';
import { fetchAll } from './client.js';
import { log } from './logger.js';
import { summary } from './report.js';
import { readSettings, SettingsWrong } from './settings.js';

async function main() {
  const settings = readSettings();
  const fields = JSON.parse(await readFile(new URL('../config/fields.json', import.meta.url), 'utf8'));
  const found = await fetchAll(settings.address);
  console.log(summary(found.slice(0, fields.limit)));
  log('info', 'done', { count: found.length });
}

try {
  await main();
} catch (error) {
  log('error', error.message);
  process.exitCode = error instanceof SettingsWrong ? 2 : 1;
}
""",
    "tests/report.test.js": """
// The report.
import assert from 'node:assert/strict';
import test from 'node:test';
import { summary } from '../src/report.js';

test('the largest comes first', () => {
  assert.equal(summary([{ name: 'a', $part: 1 }, { name: 'b', $part: 2 }]), 'b: 2.00\\na: 1.00');
});
""",
    "README.md": _README,
}
_TYPESCRIPT = {
    "package.json": """
{
  "name": "$name",
  "version": "1.0.0",
  "private": true,
  "type": "module",
  "engines": { "node": ">=22.18" },
  "scripts": {
    "start": "node --env-file-if-exists=.env src/main.ts",
    "test": "node --test \\"tests/**/*.test.ts\\"",
    "check": "tsc --noEmit"
  },
  "dependencies": {
    $declared
  },
  "devDependencies": { "@types/node": "^22.0.0", "typescript": "^5.9.0" }
}
""",
    "tsconfig.json": """
{
  // Node.js leaves the types out.
  "compilerOptions": {
    "strict": true,
    "erasableSyntaxOnly": true,
    "allowImportingTsExtensions": true,
    "noEmit": true,
    "module": "nodenext",
    "target": "es2023",
    "types": ["node"],
  },
  "include": ["src", "tests"]
}
""",
    ".env.example": _ENVIRONMENT,
    "src/logger.ts": """
// Writes one JSON line per event to stderr.
export type Level = 'debug' | 'info' | 'warn' | 'error';
const LEVELS: readonly Level[] = ['debug', 'info', 'warn', 'error'];
const least = LEVELS.indexOf((process.env.LOG_LEVEL ?? 'info') as Level);

export function log(level: Level, message: string, more: Record<string, unknown> = {}): void {
  if (LEVELS.indexOf(level) < least) return;
  process.stderr.write(`$${JSON.stringify({ time: new Date().toISOString(), level, message, ...more })}\\n`);
}
""",
    "src/model.ts": """
// What is known of one $thing.
export interface $Thing {
  readonly name: string;
  readonly $part: number;
}

export class RecordWrong extends Error {}

export function parsed(data: unknown): $Thing {
  if (typeof data !== 'object' || data === null) throw new RecordWrong('no record');
  const { name, $part } = data as Record<string, unknown>;
  if (typeof name !== 'string' || typeof $part !== 'number') throw new RecordWrong('no $thing');
  return { name, $part };
}
""",
    "src/client.ts": """
// Fetches ${thing}s from the service.
import { log } from './logger.ts';
import { parsed } from './model.ts';
import type { $Thing } from './model.ts';

export async function fetchAll(address: string): Promise<$Thing[]> {
  const response = await fetch(address, { signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`$${address} answered $${response.status}`);
  const records: unknown = await response.json();
  if (!Array.isArray(records)) throw new Error('a list was expected');
  const found: $Thing[] = [];
  for (const record of records) {
    try {
      found.push(parsed(record));
    } catch (error) {
      log('warn', 'skipped', { error: String(error) });
    }
  }
  return found;
}
""",
    "src/report.ts": """
// Tells people what was found.
import type { $Thing } from './model.ts';
$imported

export function summary(found: readonly $Thing[]): string {
  const ordered = [...found].sort((one, other) => other.$part - one.$part);
  return ordered.map((one) => `$${one.name}: $${one.$part.toFixed(2)}`).join('\\n');
}

export function imported(text: string): unknown {
  return $use;
}
""",
    "src/main.ts": """
// Starts it.
import { fetchAll } from './client.ts';
import { log } from './logger.ts';
import { summary } from './report.ts';

async function main(): Promise<number> {
  const address = process.env.$variable;
  if (address === undefined) {
    log('error', '$variable is not set');
    return 2;
  }
  try {
    const found = await fetchAll(address);
    console.log(summary(found));
    log('info', 'done', { count: found.length });
    return 0;
  } catch (error) {
    log('error', String(error));
    return 1;
  }
}

process.exitCode = await main();
""",
    "tests/report.test.ts": """
// The report and the model.
import assert from 'node:assert/strict';
import test from 'node:test';
import { RecordWrong, parsed } from '../src/model.ts';
import { summary } from '../src/report.ts';

test('the largest comes first', () => {
  assert.equal(summary([{ name: 'a', $part: 1 }, { name: 'b', $part: 2 }]), 'b: 2.00\\na: 1.00');
});

test('what is no $thing is refused', () => {
  assert.throws(() => parsed({ name: 'a' }), RecordWrong);
});
""",
    "README.md": _README,
}


def javascript_project(random: Random) -> list[File]:
    return filled(_JAVASCRIPT, words(random, PACKAGES))


def typescript_project(random: Random) -> list[File]:
    return filled(_TYPESCRIPT, words(random, PACKAGES))
