import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import type { Core } from '../../../src/core/core.ts';
import { randomId } from '../../../src/lib/ids.ts';
import type { DavClient } from '../../support/dav-client.ts';
import { DavServer } from '../../support/dav-server.ts';
import { propfindBody, propstats } from '../../support/dav-xml.ts';

const ENTRIES = 10_000;
const BATCH = 500;

describe('a listing of 10,000 entries', function listing() {
  this.timeout(60_000);
  let server: DavServer;
  let ann: DavClient;

  before(async () => {
    server = await DavServer.start();
    ann = server.as('ann');
    await ann.makeCollection('many');
    await fill(server.core, 'many');
  });
  after(() => server.stop());

  const statements = async (body: string) => {
    const before = server.core.store.statementCount;
    const answer = await ann.expect(207, 'PROPFIND', 'many', { headers: { depth: '1' }, body });
    return { count: server.core.store.statementCount - before, text: answer.body.toString() };
  };

  it('costs a statement for a page and a handful more, whatever is asked', async () => {
    const all = await statements('');
    assert.ok(all.count <= ENTRIES / 250 + 10, `${all.count} statements for allprop`);
    const some = await statements(propfindBody('<D:getetag/>', '<x:dead/>', '<D:quota-used-bytes/>'));
    assert.ok(some.count <= ENTRIES / 250 + 10, `${some.count} statements for some properties`);
    assert.equal(all.text.match(/<D:response>/g)!.length, ENTRIES + 1);
    assert.equal(propstats(some.text).size, ENTRIES + 1);
  });

  it('is as complete when a page has to be sent in parts', async () => {
    const names = Array.from({ length: 60 }, (_, index) => `<x:not-there-${index}/>`);
    const { text } = await statements(propfindBody(...names));
    assert.equal(propstats(text).size, ENTRIES + 1);
  });

  it('costs a row or two as long as nothing changes', async () => {
    const asked = propfindBody('<D:getetag/>', '<D:resourcetype/>');
    const first = await statements(asked);
    const second = await statements(asked);
    assert.ok(second.count <= 3, `${second.count} statements`);
    assert.equal(second.text, first.text);
  });

  it('is sent at the pace of the client, in constant memory', async () => {
    // More than the sockets hold: each entry names all that it does not have.
    const body = propfindBody(...Array.from({ length: 200 }, (_, index) => `<x:not-there-${index}/>`));
    let rows = 0;
    const slow = await DavServer.start({
      wrap: (core) => {
        const list = core.store.listChildren.bind(core.store);
        core.store.listChildren = async (...args) => {
          const page = await list(...args);
          rows += page.length;
          return page;
        };
        return core;
      },
    });
    try {
      const client = slow.as('ann');
      await client.makeCollection('many');
      await fill(slow.core, 'many');
      const connection = await slow.connect();
      connection.socket.pause();
      const head = ['PROPFIND /dav/many HTTP/1.1', 'Host: h', 'Depth: 1', `Authorization: ${client.authorization}`];
      connection.socket.write(`${head.join('\r\n')}\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
      await settled(() => rows);
      assert.ok(rows > 0 && rows < ENTRIES, `${rows} rows were read for a client that reads nothing`);
      connection.reset();
    } finally {
      await slow.stop();
    }
  });
});

async function fill(core: Core, name: string): Promise<void> {
  const user = (await core.store.findUser('ann'))!;
  const home = (await core.store.listSpaces(user.id)).find(({ kind }) => kind === 'home')!;
  const parentId = (await core.store.walk(home.rootId, [name]))![1]!.id;
  for (let start = 0; start < ENTRIES; start += BATCH) {
    await Promise.all(
      Array.from({ length: BATCH }, (_, index) =>
        core.store.run('putFile', {
          userId: user.id,
          tokens: [],
          nowMs: core.clock.nowMs(),
          parentId,
          name: `a file with a rather long name, number ${start + index}.txt`,
          replaces: 'any' as const,
          expected: undefined,
          blob: undefined,
          uploadId: undefined,
          mediaType: 'text/plain',
          etag: randomId(),
          modifiedAtMs: undefined,
          versionsKept: 1,
        }),
      ),
    );
  }
}

/** Waits until `value` has not changed for a while. */
async function settled(value: () => number): Promise<void> {
  let unchanged = 0;
  while (unchanged < 20) {
    const last = value();
    await wait(10);
    unchanged = value() === last ? unchanged + 1 : 0;
  }
}
