import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import type { DlnaContext, DlnaExchange } from '../../../src/dlna/context.ts';
import { Calls } from '../../../src/dlna/soap/calls.ts';
import { callBody } from '../control-world.ts';

const TYPE = 'urn:schemas-upnp-org:service:ContentDirectory:1';

class FakeResponse extends EventEmitter {
  destroyed = false;
  writableFinished = false;
  closed = false;

  close(): void {
    this.destroyed = true;
    this.closed = true;
    this.emit('close');
  }
}

describe('calls of control points at once', () => {
  let begun: string[];
  let calls: Calls;
  beforeEach(() => {
    begun = [];
    calls = new Calls();
  });

  /** A call that is noted once it is being answered. */
  function call(name: string, remoteAddress: string): { response: FakeResponse; answer: Promise<unknown> } {
    const response = new FakeResponse();
    const exchange = {
      ...{ response, remoteAddress, request: { headers: {} }, path: '/control/content-directory' },
      ...{ body: Buffer.from(callBody(TYPE, 'GetSystemUpdateID', {})), remark: () => undefined },
    };
    const library = {
      updateId: async () => {
        begun.push(name);
        return 1;
      },
    };
    const context = { library } as unknown as DlnaContext;
    return { response, answer: calls.answer(exchange as unknown as DlnaExchange, context) };
  }

  it('are two of one address, until the answers were taken, and those of others meanwhile', async () => {
    const first = call('first', '192.168.7.2');
    const second = call('second', '192.168.7.2');
    const third = call('third', '192.168.7.2');
    await Promise.all([first.answer, second.answer]);
    await call('of another', '192.168.7.3').answer;
    await setImmediate();
    assert.deepEqual(begun, ['first', 'second', 'of another']);
    second.response.close();
    await third.answer;
    assert.equal(begun.at(-1), 'third');
  });

  it('are eight of all', async () => {
    const first = Array.from({ length: 8 }, (_, index) => call(`${index}`, `192.168.7.${index}`));
    await Promise.all(first.map(({ answer }) => answer));
    const ninth = call('ninth', '192.168.7.9');
    await setImmediate();
    assert.equal(begun.length, 8);
    first[0]!.response.close();
    await ninth.answer;
    assert.equal(begun.at(-1), 'ninth');
  });

  it('are not begun for whoever left before', async () => {
    const answered = [call('first', '192.168.7.2'), call('second', '192.168.7.2')];
    const gone = call('gone', '192.168.7.2');
    const last = call('last', '192.168.7.2');
    await Promise.all(answered.map(({ answer }) => answer));
    gone.response.close();
    await assert.rejects(gone.answer, { name: 'AbortError' });
    for (const { response } of answered) response.close();
    await last.answer;
    assert.deepEqual(begun, ['first', 'second', 'last']);
  });
});
