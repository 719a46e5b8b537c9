import assert from 'node:assert/strict';
import { overriding } from '../../src/app/overriding.ts';
import { NO_CONDITIONS, type Core } from '../../src/core/core.ts';
import type { OperationArgs, OperationName, OperationResult } from '../../src/core/ports/operations.ts';
import { putFile } from '../../src/core/transfer.ts';
import { find } from '../../src/core/tree.ts';
import { expireUploads } from '../../src/core/uploads.ts';
import { DomainError } from '../../src/lib/errors.ts';
import { parsePlainPath } from '../../src/lib/node-path.ts';
import { TestCore } from '../support/test-core.ts';

const SIZE_BYTES = 1024 * 1024;

describe('an upload that fails', () => {
  let test: TestCore;
  beforeEach(async () => {
    test = await TestCore.open();
  });
  afterEach(() => test.close());

  function withoutReleases({ core }: TestCore): Core {
    async function run<K extends OperationName>(name: K, args: OperationArgs<K>): Promise<OperationResult<K>> {
      if (name === 'releaseUpload') throw new DomainError('unavailable', 'the database is away');
      return core.store.run(name, args);
    }
    return { ...core, store: overriding(core.store, { run }) };
  }

  it('tells what went wrong first when cleaning up fails, too, and is cleaned up later', async () => {
    const half = (async function* () {
      yield Buffer.alloc(SIZE_BYTES / 2);
    })();
    const target = await find(test.core, test.as('ann'), parsePlainPath('/f'));
    const put = putFile(withoutReleases(test), test.as('ann'), target, {
      body: { source: half, sizeBytes: SIZE_BYTES, mediaType: 'text/plain' },
      conditions: NO_CONDITIONS,
      signal: new AbortController().signal,
    });
    await assert.rejects(put, { code: 'bad-request' });
    assert.equal((await test.core.store.listUploads()).length, 1);
    test.clock.advance(3600);
    assert.equal(await expireUploads(test.core), 1);
    assert.equal((await test.core.store.findUser('ann'))?.reservedBytes, 0);
  });
});
