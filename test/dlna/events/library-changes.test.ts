import assert from 'node:assert/strict';
import { eventMessage } from '../../../src/dlna/events/event-message.ts';
import { LibraryChanges } from '../../../src/dlna/events/library-changes.ts';
import { sequenceAfter } from '../../../src/dlna/events/subscription.ts';

/** Update ids by container. */
function containersOf(changes: LibraryChanges): Map<string, string> {
  const parts = String(changes.take()?.['ContainerUpdateIDs']).split(',');
  return new Map(parts.flatMap((id, index) => (index % 2 === 0 ? [[id, parts[index + 1] ?? '']] : [])));
}

describe('what a subscriber has not been told', () => {
  it('is gathered, the latest of each container', () => {
    const changes = new LibraryChanges();
    changes.add({ updateId: 7, folders: [{ nodeId: 3, updateId: 2 }] });
    changes.add({
      updateId: 8,
      folders: [
        { nodeId: 3, updateId: 3 },
        { nodeId: 5, updateId: 1 },
      ],
    });
    const told = changes.take();
    assert.equal(told?.['SystemUpdateID'], 8);
    changes.add({ updateId: 8, folders: [{ nodeId: 5, updateId: 1 }] });
    changes.add({ updateId: 9, folders: [{ nodeId: 3, updateId: 4 }] });
    const containers = containersOf(changes);
    assert.deepEqual([containers.get('f3'), containers.get('f5'), containers.get('recent')], ['4', '1', '9']);
    assert.equal(containers.get('0'), '9');
    assert.match(String(told['ContainerUpdateIDs']), /(^|,)f3,3,f5,1(,|$)/);
  });

  it('is nothing until something happens, and after it was taken', () => {
    const changes = new LibraryChanges();
    assert.equal(changes.take(), undefined);
    changes.add({ updateId: 1, folders: [] });
    assert.ok(changes.take());
    assert.equal(changes.take(), undefined);
  });

  it('is no longer than a message may be, however much changed', () => {
    const changes = new LibraryChanges();
    const folders = Array.from({ length: 10_000 }, (_, index) => ({ nodeId: index + 1, updateId: 1 }));
    changes.add({ updateId: 2, folders });
    changes.add({ updateId: 3, folders: [{ nodeId: 1, updateId: 2 }] });
    const containers = containersOf(changes);
    assert.equal(containers.size, 500);
    assert.equal(containers.get('f1'), '2');
  });

  it('holds numbers as UPnP does', () => {
    const changes = new LibraryChanges();
    changes.add({ updateId: 2 ** 32 + 5, folders: [{ nodeId: 3, updateId: 2 ** 32 }] });
    const told = changes.take();
    assert.equal(told?.['SystemUpdateID'], 5);
    assert.match(String(told['ContainerUpdateIDs']), /(^|,)f3,0(,|$)/);
  });
});

describe('a message of an event', () => {
  it('is a set of properties', () => {
    assert.equal(
      eventMessage({ SystemUpdateID: 5, Text: '<&>' }),
      '<?xml version="1.0" encoding="utf-8"?>\n<e:propertyset xmlns:e="urn:schemas-upnp-org:event-1-0">' +
        '<e:property><SystemUpdateID>5</SystemUpdateID></e:property>' +
        '<e:property><Text>&lt;&amp;&gt;</Text></e:property></e:propertyset>\n',
    );
  });

  it('is counted from 0, and never 0 again', () => {
    assert.deepEqual([0, 1, 0xffff_fffe, 0xffff_ffff].map(sequenceAfter), [1, 2, 0xffff_ffff, 1]);
  });
});
