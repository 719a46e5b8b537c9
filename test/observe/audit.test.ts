import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { AuditPlace } from '../../src/observe/audit-reader.ts';
import { AuditLog } from '../../src/observe/audit.ts';

const clock = { nowMs: () => Date.UTC(2026, 0, 2, 3, 4, 5) };

describe('audit log', () => {
  let folder: string;
  let fileName: string;
  const failures: unknown[] = [];
  const open = () => AuditLog.open({ fileName, clock, onFailure: (error) => failures.push(error) });
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

describe('reading the audit log', () => {
  let folder: string;
  let fileName: string;
  let nowMs = Date.UTC(2026, 0, 1);
  const failures: unknown[] = [];
  const openWith = (limits = { fileBytes: 1e6, keptFiles: 3 }) =>
    AuditLog.open({
      fileName,
      clock: { nowMs: () => (nowMs += 1000) },
      onFailure: (error) => failures.push(error),
      limits,
    });

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'nosocial-audit-'));
    fileName = path.join(folder, 'audit.log');
  });
  afterEach(() => {
    assert.deepEqual(failures, []);
    fs.rmSync(folder, { recursive: true });
  });

  /** All targets, page after page. */
  async function readAll(
    audit: AuditLog,
    limit: number,
    isWanted: (entry: { target?: string }) => boolean = () => true,
  ) {
    const found: (string | undefined)[] = [];
    let before: AuditPlace | undefined;
    do {
      const page = await audit.read({ before, limit, isWanted });
      assert.ok(page.entries.length <= limit);
      found.push(...page.entries.map(({ target }) => target));
      before = page.next;
    } while (before);
    return found;
  }

  it('gives pages from the end on, over all files that are kept, while the log goes on', async () => {
    const audit = await openWith({ fileBytes: 3000, keptFiles: 2 });
    const targets = Array.from({ length: 200 }, (_, index) => `t${index}`);
    for (const target of targets) {
      audit.record({ action: 'deleted', user: 'ann', target });
      await audit.read({ limit: 1, isWanted: () => true });
    }
    const files = fs.readdirSync(folder);
    assert.equal(files.length, 3, files.join());
    for (const name of files) assert.equal(fs.statSync(path.join(folder, name)).mode & 0o777, 0o600);
    const kept = await readAll(audit, 7);
    assert.ok(kept.length > 60 && kept.length < 130, String(kept.length));
    assert.deepEqual(kept, targets.slice(-kept.length).reverse());
    assert.deepEqual(await readAll(audit, 3, ({ target }) => target === 't190'), ['t190']);

    const { next } = await audit.read({ limit: 5, isWanted: () => true });
    for (let more = 0; more < 40; more += 1) audit.record({ action: 'deleted', target: 'later' });
    const second = await audit.read({ before: next, limit: 5, isWanted: () => true });
    assert.deepEqual(
      second.entries.map(({ target }) => target),
      ['t194', 't193', 't192', 't191', 't190'],
    );
    await audit.close();
  });

  it('passes over what a crash left of a line, and goes on behind it', async () => {
    fs.writeFileSync(fileName, '{"time":"2026-01-01T00:00:00.000Z","action":"login","target":"a"}\n{"time":"2026-01-0');
    const audit = await openWith();
    audit.record({ action: 'login', target: 'b' });
    assert.deepEqual(await readAll(audit, 10), ['b', 'a']);
    await audit.close();
  });

  it('passes over the zeros that a power cut can leave, however many', async () => {
    const before = '{"time":"2026-01-01T00:00:00.000Z","action":"login","target":"a"}\n';
    fs.writeFileSync(fileName, `${before}${'\0'.repeat(400_000)}`);
    const audit = await openWith();
    audit.record({ action: 'login', target: 'b' });
    assert.deepEqual(await readAll(audit, 10), ['b', 'a']);
    await audit.close();
  });

  it('reads lines longer than a piece, and goes no further back than wanted', async () => {
    const audit = await openWith();
    audit.record({ action: 'login', target: 'old' });
    const sinceMs = nowMs;
    for (let count = 0; count < 300; count += 1)
      audit.record({ action: 'login', user: 'x'.repeat(2000), target: 'new' });
    const found = await audit.read({ limit: 1000, isWanted: () => true, sinceMs: sinceMs + 1 });
    assert.equal(found.entries.length, 300);
    assert.equal(found.next, undefined);
    assert.equal((await readAll(audit, 50)).length, 301);
    await audit.close();
  });

  it('knows a place that is not kept any more', async () => {
    const audit = await openWith();
    audit.record({ action: 'login' });
    await assert.rejects(audit.read({ before: { file: 1, offset: 5 }, limit: 1, isWanted: () => true }), RangeError);
    await audit.close();
  });
});
