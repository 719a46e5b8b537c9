import assert from 'node:assert/strict';
import { copy, move } from '../../src/core/copy-move.ts';
import { NO_CONDITIONS } from '../../src/core/core.ts';
import { lock } from '../../src/core/locks.ts';
import { applyRules } from '../../src/core/maintenance/apply-rules.ts';
import { clearPolicy, listPolicies, rulesAt, setPolicy } from '../../src/core/policies.ts';
import { changeProperties } from '../../src/core/properties.ts';
import type { PolicyRules } from '../../src/core/rules.ts';
import { listTrash, restoreTrash, trash } from '../../src/core/trash.ts';
import { find } from '../../src/core/tree.ts';
import { listVersions } from '../../src/core/versions.ts';
import { parsePlainPath } from '../../src/lib/node-path.ts';
import { TestCore } from '../support/test-core.ts';

const DAY_SECONDS = 24 * 3600;
const DAY_MS = DAY_SECONDS * 1000;
const path = parsePlainPath;

describe('policies', () => {
  let test: TestCore;
  beforeEach(async () => {
    test = await TestCore.open();
  });
  afterEach(() => test.close());

  const days = (count: number) => test.clock.advance(count * DAY_SECONDS);
  const set = (name: string, at: string, changes: PolicyRules, isEnabled?: boolean) =>
    setPolicy(test.core, test.as(name), path(at), { changes, isEnabled });
  const rules = (at: string, name = 'ann') => rulesAt(test.core, test.as(name), path(at));
  const exists = async (at: string) => (await find(test.core, test.as('ann'), path(at))).found !== undefined;
  const transfer = (from: string, to: string) => ({ from: path(from), to: path(to), overwrite: false });
  const moveTo = (from: string, to: string) => move(test.core, test.as('ann'), transfer(from, to), NO_CONDITIONS);
  const remove = (at: string) => trash(test.core, test.as('ann'), path(at), NO_CONDITIONS);

  /** What goes, by its path. */
  async function apply(): Promise<string[]> {
    const gone: string[] = [];
    const signal = new AbortController().signal;
    await applyRules(test.core, { signal, onExpired: (expired) => gone.push(expired.path) });
    return gone.sort();
  }

  async function trashed(name: string): Promise<string[]> {
    const names: string[] = [];
    for await (const page of listTrash(test.core, test.as(name))) names.push(...page.map(({ node }) => node.name));
    return names;
  }

  describe('what nobody touches', () => {
    it('goes from Temporary to the trash of its owner after 30 days, and nothing else does', async () => {
      await test.put('ann', 'Temporary/old', 10);
      await test.put('ann', 'Mere/old', 10);
      days(29);
      await test.put('ann', 'Temporary/new', 10);
      assert.deepEqual(await apply(), []);
      days(1);
      assert.deepEqual(await apply(), ['Temporary/old']);
      assert.deepEqual(await trashed('ann'), ['old']);
      assert.equal(await exists('Temporary/new'), true);
      assert.equal(await exists('Mere/old'), true);
      assert.equal(await test.usedBytes('ann'), 30);
    });

    it('is what was neither written, nor renamed, nor put there; the date that it shows does not matter', async () => {
      for (const name of ['written', 'renamed', 'left']) await test.put('ann', `Temporary/${name}`, 10);
      for (const name of ['moved', 'copied']) await test.put('ann', name, 10);
      await test.put('ann', 'Temporary/restored', 10);
      const restored = (await find(test.core, test.as('ann'), path('Temporary/restored'))).found!.node.id;
      await remove('Temporary/restored');
      days(20);
      await test.put('ann', 'Temporary/written', 20);
      await moveTo('Temporary/renamed', 'Temporary/other name');
      await moveTo('moved', 'Temporary/moved');
      const signal = new AbortController().signal;
      const depth = 'infinity' as const;
      const how = { ...transfer('copied', 'Temporary/copied'), depth, signal };
      await copy(test.core, test.as('ann'), how, NO_CONDITIONS);
      await restoreTrash(test.core, test.as('ann'), restored);
      await test.put('ann', 'Temporary/imported', 10);
      const changes = { set: [], remove: [], modifiedAtMs: 0, createdAtMs: 0 };
      await changeProperties(test.core, test.as('ann'), path('Temporary/imported'), {
        changes,
        conditions: NO_CONDITIONS,
      });
      days(10);
      assert.deepEqual(await apply(), ['Temporary/left']);
      days(20);
      const late = ['copied', 'imported', 'moved', 'other name', 'restored', 'written'];
      assert.deepEqual(
        await apply(),
        late.map((name) => `Temporary/${name}`),
      );
    });

    it('goes with its folder when all in that is as old, and so does a folder left empty', async () => {
      await test.mkcol('ann', 'Temporary/trip');
      await test.mkcol('ann', 'Temporary/trip/day');
      await test.mkcol('ann', 'Temporary/mixed');
      await test.mkcol('ann', 'Temporary/emptied');
      for (const file of ['trip/a', 'trip/day/b', 'mixed/c', 'emptied/d'])
        await test.put('ann', `Temporary/${file}`, 1);
      days(20);
      await test.put('ann', 'Temporary/mixed/e', 1);
      await remove('Temporary/emptied/d');
      days(10);
      assert.deepEqual(await apply(), ['Temporary/mixed/c', 'Temporary/trip']);
      days(20);
      assert.deepEqual(await apply(), ['Temporary/emptied', 'Temporary/mixed']);
      assert.equal(await exists('Temporary'), true);
    });

    it('counts from when the folder came in which it lies', async () => {
      await test.mkcol('ann', 'photos');
      await test.put('ann', 'photos/old', 1);
      days(400);
      await moveTo('photos', 'Temporary/photos');
      days(29);
      assert.deepEqual(await apply(), []);
      days(1);
      assert.deepEqual(await apply(), ['Temporary/photos']);
    });

    it('stays while it is locked, alone or with the folder around it', async () => {
      await test.mkcol('ann', 'Temporary/open');
      for (const file of ['open/locked', 'open/free', 'other']) await test.put('ann', `Temporary/${file}`, 1);
      days(30);
      const request = {
        scope: 'exclusive',
        ownerXml: '',
        client: { agent: '', address: '' },
        timeoutSeconds: undefined,
      } as const;
      const lockAt = (at: string, depth: '0' | 'infinity') =>
        lock(test.core, test.as('ann'), path(at), { request: { ...request, depth }, conditions: NO_CONDITIONS });
      await lockAt('Temporary/open/locked', '0');
      assert.deepEqual(await apply(), ['Temporary/open/free', 'Temporary/other']);
      test.clock.advance(3601);
      await lockAt('Temporary', 'infinity');
      assert.deepEqual(await apply(), []);
      test.clock.advance(3601);
      assert.deepEqual(await apply(), ['Temporary/open']);
    });

    it('goes one by one from a folder in which several users have files, to the trash of each', async () => {
      await test.mkcol('adam', 'Workspace/drop');
      await test.mkcol('ann', 'Workspace/drop/both');
      await test.put('ann', 'Workspace/drop/both/hers', 1);
      await test.put('ben', 'Workspace/drop/both/his', 1);
      await set('adam', 'Workspace/drop', { expireAfterMs: DAY_MS });
      days(1);
      assert.deepEqual(await apply(), ['Workspace/drop/both/hers', 'Workspace/drop/both/his']);
      assert.deepEqual(await trashed('ann'), ['hers']);
      assert.deepEqual(await trashed('ben'), ['his']);
    });

    it('is not judged by what was seen of a folder before the end', async () => {
      await test.mkcol('ann', 'Temporary/large');
      const files = Array.from({ length: 600 }, (_, index) => `Temporary/large/${String(index).padStart(3, '0')}`);
      await Promise.all(files.map((file) => test.put('ann', file, 0)));
      days(30);
      await test.put('ann', files.at(-1)!, 1);
      const stop = new AbortController();
      const { store } = test.core;
      const list = store.listChildren.bind(store);
      let pages = 0;
      store.listChildren = async (...args) => {
        pages += 1;
        if (pages > 2) stop.abort();
        return list(...args);
      };
      const how = { signal: stop.signal, onExpired: () => undefined };
      await assert.rejects(applyRules(test.core, how), { name: 'AbortError' });
      store.listChildren = list;
      assert.equal(pages, 3);
      assert.equal(await exists('Temporary/large'), true);
      assert.equal((await apply()).length, 599);
    });

    it('is many files at once, page by page', async () => {
      await Promise.all(Array.from({ length: 1200 }, (_, index) => test.put('ann', `Temporary/${index}`, 0)));
      days(30);
      await test.put('ann', 'Temporary/0', 1);
      assert.equal((await apply()).length, 1199);
      assert.equal(await exists('Temporary/0'), true);
    });
  });

  describe('of a folder', () => {
    it('can be switched off and on again, and then days count anew', async () => {
      await test.put('ann', 'Temporary/f', 1);
      await set('ann', 'Temporary', {}, false);
      days(60);
      assert.deepEqual(await apply(), []);
      assert.equal((await rules('Temporary/f')).expiresAtMs, undefined);
      await set('ann', 'Temporary', {}, true);
      assert.deepEqual(await apply(), []);
      assert.equal((await rules('Temporary/f')).expiresAtMs, test.clock.nowMs() + 30 * DAY_MS);
      days(30);
      assert.deepEqual(await apply(), ['Temporary/f']);
    });

    it('may have another time, and the nearest holds', async () => {
      await test.mkcol('ann', 'Temporary/keep');
      await test.mkcol('ann', 'Temporary/short');
      for (const file of ['f', 'keep/f', 'short/f']) await test.put('ann', `Temporary/${file}`, 1);
      await set('ann', 'Temporary/keep', { expireAfterMs: 0 });
      await set('ann', 'Temporary/short', { expireAfterMs: 2 * DAY_MS });
      assert.equal((await rules('Temporary/keep/f')).expiresAtMs, undefined);
      assert.equal((await rules('Temporary/short/f')).expireAfterMs, 2 * DAY_MS);
      days(2);
      assert.deepEqual(await apply(), ['Temporary/short/f']);
      days(28);
      assert.deepEqual(await apply(), ['Temporary/f']);
      await clearPolicy(test.core, test.as('ann'), path('Temporary/keep'));
      assert.deepEqual(await apply(), []);
      days(30);
      assert.deepEqual(await apply(), ['Temporary/keep']);
    });

    it('stays with it when it is moved, deleted and restored, and is not copied', async () => {
      const nodeId = (await find(test.core, test.as('ann'), path('Temporary'))).found!.node.id;
      await moveTo('Temporary', 'Mere/scratch');
      const signal = new AbortController().signal;
      const how = { ...transfer('Mere/scratch', 'copy'), depth: 'infinity' as const, signal };
      await copy(test.core, test.as('ann'), how, NO_CONDITIONS);
      assert.equal((await rules('copy')).expireAfterMs, undefined);
      assert.equal((await rules('Mere/scratch')).policy?.preset, 'temporary');
      await test.put('ann', 'Mere/scratch/f', 1);
      await remove('Mere/scratch');
      days(40);
      assert.deepEqual(await apply(), []);
      await restoreTrash(test.core, test.as('ann'), nodeId);
      assert.equal((await rules('Mere/scratch')).policy?.preset, 'temporary');
      days(30);
      assert.deepEqual(await apply(), ['Mere/scratch/f']);
    });

    it('is listed to those who see it', async () => {
      await set('adam', 'Workspace', { versionsKept: 3 });
      const paths = async (name: string) => {
        const found: string[] = [];
        for await (const listed of listPolicies(test.core, test.as(name))) found.push(listed.path.segments.join('/'));
        return found.sort();
      };
      assert.deepEqual(await paths('ann'), ['Gallery', 'Special', 'Temporary', 'Workspace']);
      assert.deepEqual(await paths('nora'), ['Workspace']);
    });

    it('is for those who may remove everything there', async () => {
      await test.mkcol('ann', 'Workspace/hers');
      await assert.rejects(set('ann', 'Workspace/hers', { expireAfterMs: DAY_MS }), { code: 'forbidden' });
      await assert.rejects(set('nora', '/', { expireAfterMs: DAY_MS }), { code: 'forbidden' });
      await set('adam', 'Workspace/hers', { expireAfterMs: DAY_MS });
      await assert.rejects(clearPolicy(test.core, test.as('ann'), path('Workspace/hers')), { code: 'forbidden' });
      await test.put('ann', 'f', 1);
      await assert.rejects(set('ann', 'f', { versionsKept: 1 }), { code: 'not-a-collection' });
      await assert.rejects(set('ann', 'nowhere', { versionsKept: 1 }), { code: 'not-found' });
      await assert.rejects(clearPolicy(test.core, test.as('ann'), path('Mere')), { code: 'not-found' });
    });
  });

  describe('for versions', () => {
    const sizes = async (at: string) =>
      (await listVersions(test.core, test.as('ann'), path(at))).map(({ sizeBytes }) => sizeBytes);
    const write = async (at: string, count: number) => {
      for (let size = 1; size <= count; size += 1) {
        await test.put('ann', at, size);
        test.clock.advance(1);
      }
    };

    it('keep more of them, and longer, in Special', async () => {
      await write('Special/f', 15);
      await write('Mere/f', 15);
      assert.equal((await sizes('Special/f')).length, 14);
      assert.equal((await sizes('Mere/f')).length, 10);
      days(40);
      await apply();
      assert.equal((await sizes('Special/f')).length, 14);
      assert.deepEqual(await sizes('Mere/f'), []);
      days(340);
      await apply();
      assert.deepEqual(await sizes('Special/f'), []);
    });

    it('may keep fewer, and for a shorter time', async () => {
      await set('ann', 'Mere', { versionsKept: 2, versionsKeptMs: 3 * DAY_MS });
      await write('Mere/f', 5);
      assert.deepEqual(await sizes('Mere/f'), [4, 3]);
      await write('f', 2);
      days(3);
      await apply();
      assert.deepEqual(await sizes('Mere/f'), []);
      assert.deepEqual(await sizes('f'), [1]);
    });

    it('hold as they are when a file is written, moved there, or switched', async () => {
      await write('Special/f', 30);
      await moveTo('Special/f', 'Mere/f');
      await write('Mere/f', 1);
      assert.equal((await sizes('Mere/f')).length, 10);
      await write('Special/g', 12);
      await set('ann', 'Special', {}, false);
      await write('Special/g', 1);
      assert.equal((await sizes('Special/g')).length, 10);
    });
  });
});
