import assert from 'node:assert/strict';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writersOf } from '../../src/lib/writers.ts';

describe('who can write to a file', () => {
  it('is known while somebody has it open for writing, and when nobody has any more', async function () {
    const folder = await mkdtemp(join(tmpdir(), 'nosocial-writers-'));
    try {
      const writer = await open(join(folder, 'file'), 'w');
      const reader = await open(join(folder, 'file'));
      const during = writersOf(reader.fd);
      await writer.close();
      const after = writersOf(reader.fd);
      await reader.close();
      if (after === 'unknown') this.skip();
      assert.deepEqual([during, after], ['somebody', 'nobody']);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('is not known where others than this kernel may write', async function () {
    if (process.platform !== 'linux') this.skip();
    const file = await open('/proc/self/status');
    try {
      assert.equal(writersOf(file.fd), 'unknown');
    } finally {
      await file.close();
    }
  });
});
