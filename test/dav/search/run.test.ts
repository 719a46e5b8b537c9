import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { locate, type Located } from '../../../src/core/tree.ts';
import type { BasicSearch } from '../../../src/dav/bodies/search-request.ts';
import type { OrderedProperty } from '../../../src/dav/search/condition.ts';
import { SearchRun, type ResolvedScope } from '../../../src/dav/search/run.ts';
import { parsePlainPath } from '../../../src/lib/node-path.ts';
import { TestCore } from '../../support/test-core.ts';

const FILES = 30;
const signal = new AbortController().signal;

describe('what a SEARCH costs', () => {
  let test: TestCore;
  let folder: Located;
  /** How often a node was asked for its value. */
  let reads: number;

  beforeEach(async () => {
    reads = 0;
    test = await TestCore.open();
    await test.mkcol('ann', 'Mere/many');
    for (let index = 0; index < FILES; index += 1) await test.put('ann', `Mere/many/${index}.txt`, 1);
    folder = await locate(test.core, test.as('ann'), parsePlainPath('Mere/many'));
  });
  afterEach(() => test.close());

  function counted(onRead: () => void = () => undefined): OrderedProperty {
    return {
      name: 'getcontentlength',
      type: 'number',
      read: () => {
        reads += 1;
        onRead();
        return 0;
      },
    };
  }

  function runOf(asked: Partial<BasicSearch>): SearchRun {
    const all: BasicSearch = {
      select: { kind: 'allprop', include: [] },
      scopes: [],
      where: undefined,
      order: [],
      limit: undefined,
    };
    return new SearchRun({ core: test.core, actor: test.as('ann'), signal }, { ...all, ...asked });
  }

  const holdsFor = (value: number, property: OrderedProperty): Partial<BasicSearch> => {
    return { where: { kind: 'eq', property, value, isCaseless: true } };
  };

  async function wholeOf(run: SearchRun, scopes: readonly ResolvedScope[]): Promise<number> {
    let found = 0;
    for await (const page of run.pages(scopes)) found += page.length;
    return found;
  }

  for (const depth of ['1', 'infinity'] as const) {
    it(`lets everything else have its turn, at depth ${depth}`, async () => {
      let turns = 0;
      const over = new AbortController();
      const others = (async () => {
        for (; !over.signal.aborted; turns += 1) await setImmediate();
      })();
      const readsInTurn = new Map<number, number>();
      const costly = counted(() => {
        readsInTurn.set(turns, (readsInTurn.get(turns) ?? 0) + 1);
        const until = performance.now() + 20;
        while (performance.now() < until);
      });
      const order = [{ property: costly, isDescending: false }];
      const search = wholeOf(runOf({ ...holdsFor(0, costly), order }), [{ located: folder, depth }]);
      await search.finally(() => over.abort());
      await others;
      // One, but for which of both comes first in a turn.
      assert.ok(Math.max(...readsInTurn.values()) <= 2, JSON.stringify([...readsInTurn]));
      assert.equal(reads, 2 * (FILES + 1));
    });
  }

  it('waits for the other searches of its user, at any depth', async () => {
    const other = Promise.withResolvers<void>();
    const held = test.core.searching.take(test.as('ann').userId, signal, () => other.promise);
    const runs = (['0', '1', 'infinity'] as const).map((depth) => {
      return wholeOf(runOf(holdsFor(0, counted())), [{ located: folder, depth }]);
    });
    for (let turn = 0; turn < 100; turn += 1) await setImmediate();
    assert.equal(reads, 0);
    other.resolve();
    await held;
    assert.deepEqual(await Promise.all(runs), [1, FILES + 1, FILES + 1]);
  });

  it('keeps no other search waiting while the client reads', async () => {
    for (const depth of ['1', 'infinity'] as const) {
      const pages = runOf({}).pages([{ located: folder, depth }]);
      for (let page = 0; page < 2; page += 1) {
        await pages.next();
        assert.equal(
          await test.core.searching.take(test.as('ann').userId, signal, () => Promise.resolve('taken')),
          'taken',
        );
      }
    }
  });

  it('does nothing again for a scope that is named again', async () => {
    const scopes = Array.from({ length: 16 }, () => ({ located: folder, depth: '1' as const }));
    assert.equal(await wholeOf(runOf(holdsFor(1, counted())), scopes), 0);
    assert.equal(reads, FILES + 1);
  });

  it('looks at so many children and no more, in however many scopes they are', async () => {
    const { store } = test.core;
    const { node } = folder;
    let pages = 0;
    store.listChildren = async (_, { limit }) => {
      pages += 1;
      return Array.from({ length: limit }, (_none, index) => ({ ...node, id: -index, name: `${pages} ${index}` }));
    };
    const below = await locate(test.core, test.as('ann'), parsePlainPath('Mere/many/0.txt'));
    const inner = { ...below, node: { ...below.node, kind: 'collection' as const } };
    const run = runOf(holdsFor(1, counted()));
    const scopes = [folder, inner].map((located) => ({ located, depth: '1' as const }));
    assert.equal(await wholeOf(run, scopes), 0);
    assert.ok(run.isTruncated);
    assert.equal(reads, 100_000 + scopes.length);
  });
});
