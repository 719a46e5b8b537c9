import assert from 'node:assert/strict';
import type { Core } from '../../src/core/core.ts';
import { followNames, indexState, rebuildIndex } from '../../src/core/search/index-names.ts';
import { rankOf, RANKS, wantedOf } from '../../src/core/search/matching.ts';
import { searchNodes, type SearchPlace } from '../../src/core/search/search.ts';
import { Turns } from '../../src/lib/turns.ts';
import { assertFails, World, type Backend } from './metadata-store-world.ts';

const NAMES = [
  'Summer Holiday 2024.jpg',
  'holiday.txt',
  'HOLIDAY',
  'Ķiršu ievārījums.pdf',
  'Œuvre complète.docx',
  '가족사진.jpg',
  '가족 여행.jpg'.normalize('NFD'),
  'Große Straße',
  'IMG_0001.JPG',
  'IMG_0002.JPG',
  '100% sure_thing.txt',
  'it\'s "quoted" (1).txt',
  '👍🏽 party 😀',
  'a',
  'ab',
  'b a',
  '𠮷野家.txt',
];
const QUERIES = [
  'holiday',
  'hol',
  'holiday 2024',
  'img',
  '000',
  'jpg',
  'ķir',
  'œuvre',
  'oeuv',
  '사진',
  '사',
  '가족',
  'strasse',
  '%',
  '_',
  "'",
  '"q',
  '😀',
  '𠮷',
  'a',
  'ab',
  'b',
  'a b',
  'zzz',
  '.',
  'sure_thing',
  '',
  'il 2',
];

class SearchWorld {
  readonly world: World;

  constructor(world: World) {
    this.world = world;
  }

  get core(): Core {
    return { store: this.world.store, clock: this.world.clock, searching: new Turns(1) } as unknown as Core;
  }

  get watcher() {
    return { signal: new AbortController().signal, onProgress: () => undefined };
  }

  async find(text: string, who: 'ann' | 'bob' = 'ann', limit = 1000): Promise<string[]> {
    return (await this.page(text, { who, limit })).hits.map(({ located }) => located.path.segments.join('/'));
  }

  page(text: string, { who = 'ann', limit, after }: { who?: 'ann' | 'bob'; limit: number; after?: SearchPlace }) {
    const actor = { userId: this.world[who], name: who, role: 'advanced' } as const;
    const { signal } = this.watcher;
    return searchNodes(this.core, actor, { text, fits: () => true, limit, after, signal });
  }

  async rebuild(): Promise<void> {
    await rebuildIndex(this.core, this.watcher);
    assert.equal((await indexState(this.core)).newCount, 0);
  }

  /** What is found is what a look at every name finds, in the promised order. */
  async assertSound(): Promise<void> {
    const { world } = this;
    const nodes = [...(await world.below(world.root)), ...(await world.below(world.shared.rootId))];
    for (const text of QUERIES) {
      const wanted = wantedOf(text);
      const expected = nodes
        .filter(({ isSidecar, isUnwritten }) => !isSidecar && !isUnwritten)
        .map((node) => ({ id: node.id, rank: rankOf(node.name, wanted) }))
        .filter(({ rank }) => rank !== undefined)
        .sort((a, b) => RANKS.indexOf(a.rank!) - RANKS.indexOf(b.rank!) || b.id - a.id);
      const { hits, next, isComplete } = await this.page(text, { limit: 1000 });
      assert.deepEqual(
        hits.map(({ located, rank }) => ({ id: located.node.id, rank })),
        expected,
        `what is found for "${text}"`,
      );
      assert.equal(next, undefined);
      assert.ok(isComplete);
    }
  }
}

/** The index of names, and that nothing about it shows in what is found. */
export function describeSearch(prepare: () => Promise<Backend>): void {
  describe('search', () => {
    let world: World;
    let search: SearchWorld;

    beforeEach(async () => {
      world = await World.open(await prepare());
      search = new SearchWorld(world);
    });

    afterEach(() => world.backend.remove());

    async function fill(): Promise<{ folder: number; ids: Map<string, number> }> {
      const folder = await world.mkcol(world.root, 'folder');
      const ids = new Map<string, number>();
      for (const [index, name] of NAMES.entries()) {
        const place = index % 2 === 0 ? folder : world.root;
        ids.set(name, (await world.put(place, name)).nodeId);
      }
      return { folder, ids };
    }

    it('finds names as well before they are indexed as after', async () => {
      await fill();
      await search.assertSound();
      await search.rebuild();
      await search.assertSound();
    });

    it('follows every change, whether or not it was indexed before', async () => {
      const { folder, ids } = await fill();
      for (const isIndexed of [false, true]) {
        if (isIndexed) await search.rebuild();
        const tag = String(isIndexed);
        await world.put(world.root, `holiday ${tag}.txt`);
        await search.assertSound();
        await world.put(world.root, 'holiday.txt', 50);
        await world.move({
          nodeId: ids.get('IMG_0001.JPG')!,
          parentId: world.root,
          name: isIndexed ? 'holiday moved' : 'elsewhere',
        });
        await search.assertSound();
        await world.copy({ nodeId: folder, parentId: world.root, name: `copied holiday ${tag}` });
        await search.assertSound();
        const large = { nodeId: folder, parentId: world.root, name: `copied in steps ${tag}` };
        await world.copyInSteps(large, 3);
        await search.assertSound();
        const node = await world.child(world.root, `copied holiday ${tag}`);
        await world.trash(node.id);
        await search.assertSound();
        const back = { ...world.change(), nodeId: node.id, parentId: world.root, name: `back ${tag}` };
        await world.store.run('restoreTrash', back);
        await search.assertSound();
        await world.trash(node.id);
        await world.purge(node.id);
        await search.assertSound();
      }
    });

    it('follows a tree into another space and back', async () => {
      const { folder } = await fill();
      await search.rebuild();
      const there = await world.move({ nodeId: folder, parentId: world.shared.rootId, name: 'folder' });
      while (!(await world.store.run('adoptTree', { jobId: there.jobId!, limit: 3 })).done);
      await search.assertSound();
      assert.deepEqual(await search.find('2024', 'bob'), ['Workspace/folder/Summer Holiday 2024.jpg']);
      await search.rebuild();
      const back = await world.move({ nodeId: folder, parentId: world.root, name: 'folder' });
      while (!(await world.store.run('adoptTree', { jobId: back.jobId!, limit: 3 })).done);
      await search.assertSound();
      assert.deepEqual(await search.find('holiday', 'bob'), []);
    });

    it('shows nobody what is in the home of another', async () => {
      await fill();
      for (const isIndexed of [false, true]) {
        if (isIndexed) await search.rebuild();
        for (const text of QUERIES) {
          const page = await search.page(text, { who: 'bob', limit: 1 });
          assert.deepEqual([page.hits, page.next], [[], undefined], text);
        }
      }
    });

    it('leaves out what is no file to anybody else', async () => {
      await world.put(world.root, '._holiday', 10, { isSidecar: true });
      await world.lock({ parentId: world.root, name: 'holiday to come' });
      const trashed = await world.put(world.root, 'holiday gone');
      await world.trash(trashed.nodeId);
      assert.deepEqual(await search.find('holiday'), []);
      await search.rebuild();
      assert.deepEqual(await search.find('holiday'), []);
    });

    it('finds a file that was locked before it was written', async () => {
      const token = await world.lock({ parentId: world.root, name: 'holiday to come' });
      await search.rebuild();
      await world.put(world.root, 'holiday to come', 10, { tokens: [token] });
      assert.deepEqual(await search.find('holiday'), ['holiday to come']);
    });

    it('finds a sidecar once it is a file for all', async () => {
      const { nodeId } = await world.put(world.root, '._holiday', 10, { isSidecar: true });
      await search.rebuild();
      await world.move({ nodeId, parentId: world.root, name: 'holiday at last' });
      assert.deepEqual(await search.find('holiday'), ['holiday at last']);
    });

    it('finds what was mended', async () => {
      const { ids } = await fill();
      await search.rebuild();
      const lost = ids.get('holiday.txt')!;
      const elsewhere = ids.get('HOLIDAY')!;
      await world.backend.damage(
        `UPDATE node SET parent_id = 987654 WHERE id = ${lost}`,
        `UPDATE node SET space_id = ${world.shared.id} WHERE id = ${elsewhere}`,
      );
      await search.rebuild();
      for (const [check, key] of [
        ['lost-node', lost],
        ['node-space', elsewhere],
      ] as const) {
        await world.store.run('mend', { check, key, isTrial: false, nowMs: world.now });
      }
      const found = await search.find('holiday');
      assert.ok(
        found.some((path) => path.endsWith('lost+found/holiday.txt')),
        found.join(),
      );
      assert.ok(found.includes('folder/HOLIDAY'), found.join());
    });

    it('gives page after page, each once, while others come and go', async () => {
      for (let number = 0; number < 30; number++) await world.put(world.root, `holiday ${number}`);
      await search.rebuild();
      for (let number = 30; number < 45; number++) await world.put(world.root, `my holiday ${number}`);
      const all = await search.find('holiday');
      const seen: string[] = [];
      let after: SearchPlace | undefined;
      do {
        const page = await search.page('holiday', { limit: 4, ...(after && { after }) });
        seen.push(...page.hits.map(({ located }) => located.node.name));
        after = page.next;
        await world.put(world.root, `another holiday ${seen.length}`);
        if (seen.length === 20) await search.rebuild();
      } while (after);
      assert.deepEqual(
        seen.filter((name) => !name.startsWith('another')),
        all,
      );
      assert.equal(new Set(seen).size, seen.length);
    });

    it('indexes what is new once there is enough of it, and makes few segments of many', async () => {
      const folder = await world.mkcol(world.root, 'many');
      // Ids go on from those of whoever had the database before: what is new counts from here.
      await search.rebuild();
      const { segmentCount: before } = await indexState(search.core);
      for (let number = 0; number < 500; number++) await world.put(folder, `file ${number}`, 0);
      await followNames(search.core, search.watcher);
      assert.equal((await indexState(search.core)).segmentCount, before);
      const rounds = 7;
      for (let round = 0; round < rounds; round++) {
        for (let copy = 0; copy < 5; copy++) {
          const name = `copy ${round} ${copy}`;
          await world.copy({ nodeId: folder, parentId: world.root, name });
        }
        await followNames(search.core, search.watcher);
        const { newCount, segmentCount } = await indexState(search.core);
        assert.ok(newCount < 2000 && segmentCount < before + 6, `${segmentCount} segments, ${newCount} new`);
      }
      assert.equal((await search.page('file 499', { limit: 1000 })).hits.length, rounds * 5 + 1);
    });

    it('drops what a cut off rebuild left, and what was replaced a while ago', async () => {
      await fill();
      await search.rebuild();
      const { segmentId } = await world.store.run('openSearchSegment', { nowMs: world.now });
      const postings = [{ spaceId: world.home.id, gram: 'hol', nodeIds: '\u0001' }];
      await world.store.run('fillSearchSegment', { segmentId, postings });
      await world.reopen();
      await search.assertSound();
      await search.rebuild();
      assert.deepEqual(await world.store.search.listLeftovers(world.now), []);
      world.clock.ms += 3_600_000;
      assert.equal((await world.store.search.listLeftovers(world.now)).length, 1);
      await followNames(search.core, search.watcher);
      assert.deepEqual(await world.store.search.listLeftovers(world.now), []);
      await search.assertSound();
    });

    it('refuses to change a segment that is in use, and to replace one that is not', async () => {
      await fill();
      await search.rebuild();
      const [{ id } = { id: 0 }] = await world.store.search.listSegments();
      const { store } = world;
      await assertFails(store.run('dropSearchSegment', { segmentId: id, limit: 10 }), 'refused');
      await assertFails(store.run('fillSearchSegment', { segmentId: id, postings: [] }), 'not-found');
      const { segmentId } = await store.run('openSearchSegment', { nowMs: world.now });
      const use = { segments: [{ id: segmentId, upToNodeId: 1, nodeCount: 0 }], renamedUpTo: 0, nowMs: world.now };
      await assertFails(store.run('useSearchSegments', { ...use, replaces: [id + 1000] }), 'not-found');
      assert.deepEqual(await store.search.listLeftovers(0), [segmentId]);
      await store.run('dropSearchSegment', { segmentId, limit: 10 });
      await store.run('dropSearchSegment', { segmentId, limit: 10 });
      await search.assertSound();
    });
  });
}
