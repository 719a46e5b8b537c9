import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { AuditLog } from '../../src/observe/audit.ts';

const clock = { nowMs: () => Date.UTC(2026, 0, 2, 3, 4, 5) };

describe('audit log', () => {
  let folder: string;
  let fileName: string;
  const failures: unknown[] = [];
  const open = () => AuditLog.open(fileName, clock, (error) => failures.push(error));
  const entries = () =>
    fs
      .readFileSync(fileName, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'nosocial-audit-'));
    fileName = path.join(folder, 'audit.log');
  });
  afterEach(() => {
    fs.rmSync(folder, { recursive: true });
  });

  it('keeps entries in order, as lines of JSON, in a file for its owner only', async () => {
    const audit = await open();
    audit.record({ action: 'login', user: 'ann', address: '192.0.2.1' });
    audit.record({ action: 'deleted', user: 'ann', target: '/a\r\nb' });
    await audit.close();
    assert.deepEqual(entries(), [
      { time: '2026-01-02T03:04:05.000Z', action: 'login', user: 'ann', address: '192.0.2.1' },
      { time: '2026-01-02T03:04:05.000Z', action: 'deleted', user: 'ann', target: '/a\r\nb' },
    ]);
    assert.equal(fs.statSync(fileName).mode & 0o777, 0o600);
  });

  it('goes on where it ended', async () => {
    for (const user of ['ann', 'bob']) {
      const audit = await open();
      audit.record({ action: 'login', user });
      await audit.close();
    }
    assert.deepEqual(
      entries().map(({ user }) => user),
      ['ann', 'bob'],
    );
  });

  it('shortens what is too long', async () => {
    const audit = await open();
    audit.record({ action: 'login-failed', user: 'x'.repeat(100_000) });
    await audit.close();
    assert.ok(fs.statSync(fileName).size < 2000);
  });

  it('drops and counts what memory should not hold', async () => {
    const audit = await open();
    for (let entry = 0; entry < 25_000; entry++) audit.record({ action: 'login-failed', user: `${entry}` });
    await audit.close();
    const all = entries();
    const dropped = all.find(({ action }) => action === 'entries-dropped');
    assert.equal(all.length - 1 + Number(dropped?.['value']), 25_000);
    assert.ok(Number(dropped?.['value']) >= 10_000);
  });

  it('reports what could not be written, and does not fail those who act', async () => {
    const audit = await open();
    await audit.close();
    audit.record({ action: 'login', user: 'ann' });
    await new Promise(setImmediate);
    assert.ok(failures.length > 0);
  });
});
