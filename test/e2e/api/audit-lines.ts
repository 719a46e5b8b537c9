import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestServer } from '../../support/server.ts';

export interface AuditLine {
  readonly action: string;
  readonly user?: string;
  readonly address?: string;
  readonly target?: string;
  readonly value?: string | number;
}

const PATIENCE_MS = 30_000;

/** The audit log once `isThere` holds of it: entries are written beside the answers. */
export async function auditOf(
  { dataFolder }: Pick<TestServer, 'dataFolder'>,
  isThere: (lines: readonly AuditLine[]) => boolean,
): Promise<AuditLine[]> {
  const startedAt = performance.now();
  for (;;) {
    const text = await readFile(join(dataFolder, 'audit.log'), 'utf8');
    const whole = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
    const lines = whole.filter((line) => line !== '').map((line) => JSON.parse(line) as AuditLine);
    if (isThere(lines)) return lines;
    assert.ok(performance.now() - startedAt < PATIENCE_MS, `not in the audit log: ${text.slice(-2000)}`);
  }
}
