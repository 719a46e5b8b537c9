import assert from 'node:assert/strict';
import { Worker } from 'node:worker_threads';
import { WriterClient } from '../../../src/meta/sqlite/writer-client.ts';

/** A writer thread that does `onRequests` with each message. */
function thread(onRequests: string): Worker {
  const code = `const { parentPort } = require('node:worker_threads');
    parentPort.on('message', (message) => { ${onRequests} });
    parentPort.postMessage({ kind: 'ready' });`;
  return new Worker(code, { eval: true });
}

const ANSWER = `parentPort.postMessage({
  kind: 'answers',
  answers: message.requests.map(({ id }) => ({ id, result: message.requests.length })),
  statementCount: 0,
  commitCount: 0,
});`;

describe('the client of the SQLite writer', () => {
  it('fails what waits, and all that comes, when the thread ends', async () => {
    const client = await WriterClient.open(thread('process.exit(1)'));
    const results = await Promise.allSettled([client.run('setSetting', {}), client.run('setSetting', {})]);
    for (const result of results) {
      assert.equal(result.status, 'rejected');
      assert.equal((result.reason as { code: string }).code, 'unavailable');
    }
    await assert.rejects(client.run('setSetting', {}), { code: 'unavailable' });
    assert.throws(() => client.assertAlive(), { code: 'unavailable' });
    await client.close();
  });

  it('keeps the cause when the thread fails', async () => {
    const client = await WriterClient.open(thread("throw new Error('broken')"));
    await assert.rejects(client.run('setSetting', {}), (error: Error) => {
      assert.match(String(error.cause), /broken/);
      return true;
    });
    await client.close();
  });

  it('rejects opening when the thread never gets ready', async () => {
    await assert.rejects(WriterClient.open(new Worker('process.exit(1)', { eval: true })), { code: 'unavailable' });
  });

  it('posts what is asked for in one turn together', async () => {
    const worker = thread(ANSWER);
    const client = await WriterClient.open(worker);
    assert.deepEqual(await Promise.all([1, 2, 3].map(() => client.run('setSetting', {}))), [3, 3, 3]);
    assert.equal(await client.run('setSetting', {}), 1);
    await worker.terminate();
  });

  it('fails arguments that cannot be posted, and nothing else', async () => {
    const worker = thread(ANSWER);
    const client = await WriterClient.open(worker);
    await assert.rejects(
      client.run('setSetting', () => undefined),
      { name: 'DataCloneError' },
    );
    assert.equal(await client.run('setSetting', {}), 1);
    await worker.terminate();
  });
});
