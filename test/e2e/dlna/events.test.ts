import assert from 'node:assert/strict';
import { ask, EventSubscriber, type Told } from '../../support/event-subscriber.ts';
import { until } from '../../support/processes.ts';
import { TestTelevision } from '../../support/television.ts';

describe('what a television is told of changes', function () {
  this.timeout(60_000);
  let television: TestTelevision;
  let subscriber: EventSubscriber;
  before(async () => {
    television = await TestTelevision.start();
    subscriber = await EventSubscriber.start();
  });
  after(async () => {
    await television.stop();
    await subscriber.close();
  });

  /** The container of films, as the root shows it. */
  async function moviesId(): Promise<string> {
    const answer = await browse('0', 'BrowseDirectChildren');
    const [, id = ''] = /&lt;container id=(?:"|&quot;)(f\d+)/.exec(answer) ?? [];
    assert.match(id, /^f\d+$/, answer);
    return id;
  }

  async function browse(id: string, flag: 'BrowseMetadata' | 'BrowseDirectChildren'): Promise<string> {
    const window = { Filter: '*', StartingIndex: 0, RequestedCount: 0, SortCriteria: '' };
    return television.act('Browse', { ObjectID: id, BrowseFlag: flag, ...window });
  }

  /** The first message after `count` that says that a container changed, and its update id in it. */
  async function toldOf(id: string, count: number): Promise<{ told: Told; updateId: string }> {
    return until(
      `a message of ${id}`,
      () => {
        for (const told of subscriber.told.slice(count)) {
          const [, updateId] =
            new RegExp(`(?:^|,)${id},(\\d+)`).exec(told.properties['ContainerUpdateIDs'] ?? '') ?? [];
          if (updateId !== undefined) return { told, updateId };
        }
        return undefined;
      },
      { timeoutMs: 30_000 },
    );
  }

  it('is a film that comes, by the number that it is browsed with, and that it went', async () => {
    const id = await moviesId();
    const wanted = { NT: 'upnp:event', CALLBACK: subscriber.callback(), TIMEOUT: 'Second-300' };
    const { status } = await ask('SUBSCRIBE', `${television.origin}/events/content-directory`, wanted);
    assert.equal(status, 200);
    const [first] = await subscriber.toldAtLeast(1);

    await television.dav.put('Letter.mp4', 'no film for televisions');
    await television.dav.put('Movies/Film.mp4', 'a film');
    const came = await toldOf(id, 1);
    assert.ok(Number(came.told.properties['SystemUpdateID']) > Number(first?.properties['SystemUpdateID']));
    const [, updateId] = /<UpdateID>(\d+)<\/UpdateID>/.exec(await browse(id, 'BrowseDirectChildren')) ?? [];
    assert.ok(Number(updateId) >= Number(came.updateId));
    assert.deepEqual(
      (await television.items(id)).map(({ title }) => title),
      ['Film'],
    );

    const count = subscriber.told.length;
    await television.dav.expect(204, 'DELETE', 'Movies/Film.mp4');
    const went = await toldOf(id, count);
    assert.ok(Number(went.updateId) > Number(came.updateId));
    assert.deepEqual(await television.items(id), []);
    assert.deepEqual(
      subscriber.told.map(({ sequence }) => sequence),
      subscriber.told.map((_, index) => index),
    );
  });
});
