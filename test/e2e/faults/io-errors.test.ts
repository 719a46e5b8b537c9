import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { seededBytes } from '../../support/content.ts';
import { describeOnDatabases } from '../../support/databases.ts';
import { inPieces } from '../../support/dav-client.ts';
import { Scratch, until } from '../../support/processes.ts';
import { FailingCalls, type Call } from './failing-calls.ts';
import { Faulty } from './fixture.ts';

/** Far more than any upload below makes. */
const MOST_CALLS = 50;

/** Small ones share a pack; large ones have a file each. */
const UPLOADS: { name: string; sizeBytes: number; isChunked: boolean; calls: Call[] }[] = [
  { name: 'small', sizeBytes: 5000, isChunked: false, calls: ['writeSync', 'fdatasyncSync'] },
  { name: 'large', sizeBytes: 300_000, isChunked: false, calls: ['fsyncSync', 'renameSync'] },
  { name: 'of unknown length', sizeBytes: 3_000_000, isChunked: true, calls: ['write'] },
];

describeOnDatabases('a disk whose system calls fail', function (database) {
  this.timeout(120_000);
  const stack = new AsyncDisposableStack();
  let faulty: Faulty;
  let failing: FailingCalls;
  let disk: string;

  before(async () => {
    const scratch = await Scratch.create('io-errors');
    stack.defer(() => scratch.remove());
    await mkdir(scratch.path('orders'));
    disk = scratch.path('disk');
    failing = new FailingCalls(scratch.path('orders'), disk);
    faulty = await Faulty.open({ database, disks: [disk], env: failing.env });
    stack.defer(() => faulty.closeChecked());
  });
  after(() => stack.disposeAsync());

  async function assertServes(body: Buffer): Promise<void> {
    await until('it takes files again', async () =>
      (await faulty.dav.request('PUT', 'probe', { body })).status < 300 ? true : undefined,
    );
  }

  for (const { name, sizeBytes, isChunked, calls } of UPLOADS) {
    for (const call of calls) {
      it(`stores an upload whole or not at all whichever ${call} fails (${name})`, async () => {
        const { pid } = faulty.server;
        const path = `${name} ${call}`;
        let content = seededBytes(path, sizeBytes);
        await faulty.dav.put(path, content);
        let hasFailed = true;
        let nth = 1;
        for (; hasFailed; nth++) {
          assert.ok(nth < MOST_CALLS);
          const { usedBytes } = await faulty.user();
          const next = seededBytes(`${path} ${nth}`, sizeBytes);
          failing.arm(call, nth);
          const answer = await faulty.dav.request('PUT', path, { body: isChunked ? inPieces(next) : next });
          hasFailed = failing.disarm(call);
          if (answer.status === 204) content = next;
          assert.ok((await faulty.dav.get(path)).equals(content), `torn by number ${nth}, ${answer.status}`);
          assert.equal(answer.status, hasFailed ? 503 : 204, `number ${nth} ${hasFailed ? 'failed' : 'was not made'}`);
          if (!hasFailed) continue;
          assert.match(String(answer.headers['retry-after']), /^\d+$/);
          await faulty.nothingUnderWay(disk);
          assert.equal((await faulty.user()).usedBytes, usedBytes);
          await assertServes(next);
        }
        assert.ok(nth > 2, 'no such call was made');
        assert.equal(faulty.server.pid, pid);
      });
    }
  }
});
