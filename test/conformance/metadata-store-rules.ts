import assert from 'node:assert/strict';
import { contentRulesFor, keyOfRules } from '../../src/core/content-rules.ts';
import type { PutFile } from '../../src/core/ports/operations.ts';
import type { SetPolicy, Vetted } from '../../src/core/ports/rule-operations.ts';
import type { PolicyRules } from '../../src/core/rules.ts';
import { isDomainError } from '../../src/lib/errors.ts';
import { assertConsistent, assertFails, World, type Backend } from './metadata-store-world.ts';

export function describeRules(prepare: () => Promise<Backend>): void {
  describe('rules for what comes in', () => {
    let world: World;
    let images: number;
    beforeEach(async () => {
      world = await World.open(await prepare());
      images = await world.mkcol(world.root, 'Images');
      await set(images, { allowTypes: ['images'], refuseExtensions: ['exe'], maxFileBytes: 1000 });
    });
    afterEach(() => world.backend.remove());

    const set = (nodeId: number, changes: PolicyRules, more: Partial<SetPolicy> = {}) =>
      world.store.run('setPolicy', { nodeId, changes, nowMs: world.now, ...more });
    const put = (parentId: number, name: string, contentType: string | undefined, more: Partial<PutFile> = {}) => {
      const blob = { ...world.blob(100), ...(contentType !== undefined && { contentType }) };
      return world.put(parentId, name, 100, { blob, ...more });
    };
    const note = (blobId: string, contentType: string) =>
      world.store.run('noteContentTypes', { types: [{ blobId, contentType }] });
    const refused = (work: Promise<unknown>) => assertFails(work, 'rule-violated');
    async function vetted(nodeId: number, parentId: number): Promise<Vetted> {
      const chain = (await world.store.ruleChains([parentId])).get(parentId)!;
      return { nodeId, etag: (await world.node(nodeId)).etag, rulesKey: keyOfRules(contentRulesFor(chain)) };
    }
    const unvetted = (work: Promise<unknown>, nodeId: number) =>
      assert.rejects(work, (error) => isDomainError(error, 'busy') && error.details.unvettedId === nodeId);

    it('hold for new content, new names and the size, and change nothing when they refuse', async () => {
      await put(images, 'a.png', 'image/png');
      const before = await world.store.getNode(images);
      await refused(put(images, 'b.png', 'application/pdf'));
      await refused(put(images, 'a.png', 'application/pdf'));
      await refused(put(images, 'b.png', undefined));
      await refused(put(images, 'b.exe', 'image/png'));
      await refused(world.put(images, 'b.png', 1001, { blob: { ...world.blob(1001), contentType: 'image/png' } }));
      await refused(world.put(images, 'b.exe', 0));
      await refused(world.lock({ parentId: images, name: 'c.exe' }));
      assert.deepEqual(await world.store.getNode(images), before);
      await world.put(images, 'empty.png', 0);
      await world.lock({ parentId: images, name: 'locked.png' });
      await put(images, '._a.png', 'application/octet-stream', { isSidecar: true });
      assert.equal(await world.usedBytes(), 200);
    });

    it('hold for files that are moved, copied and moved onto', async () => {
      const png = (await put(world.root, 'a.png', 'image/png')).nodeId;
      const pdf = (await put(world.root, 'b.png', 'application/pdf')).nodeId;
      await refused(world.move({ nodeId: pdf, parentId: images, name: 'b.png' }));
      await refused(world.copy({ nodeId: pdf, parentId: images, name: 'b.png' }));
      await refused(world.move({ nodeId: png, parentId: images, name: 'a.exe' }));
      await world.copy({ nodeId: png, parentId: images, name: 'a.png' });
      await refused(world.move({ nodeId: pdf, parentId: images, name: 'a.png', overwrite: true }));
      await world.move({ nodeId: png, parentId: images, name: 'a.png', overwrite: true });
      await assertConsistent(world);
    });

    it('ask for what nobody has looked at, and know it from then on', async () => {
      const { nodeId } = await put(world.root, 'a.png', undefined);
      const { blobId } = await world.node(nodeId);
      assert.equal(await world.store.folderRules.contentTypeOf(blobId!), undefined);
      await unvetted(world.move({ nodeId, parentId: images, name: 'a.png' }), nodeId);
      await note(blobId!, 'application/pdf');
      assert.equal(await world.store.folderRules.contentTypeOf(blobId!), 'application/pdf');
      await refused(world.move({ nodeId, parentId: images, name: 'a.png' }));
      await note(blobId!, 'image/png');
      await world.move({ nodeId, parentId: images, name: 'a.png' });
      await note('gone', 'image/png');
    });

    it('let trees in that somebody has looked at, as long as neither they nor the rules changed since', async () => {
      const tree = await world.mkcol(world.root, 'tree');
      const inner = await world.mkcol(tree, 'inner');
      await put(inner, 'a.png', 'image/png');
      const to = { nodeId: tree, parentId: images, name: 'tree' };
      await unvetted(world.move(to), tree);
      await unvetted(world.copy(to), tree);
      await unvetted(world.store.run('startCopy', world.copyArgs(to)).then(), tree);
      const first = await vetted(tree, images);
      await put(inner, 'b.png', 'application/pdf');
      await unvetted(world.move({ ...to, vetted: first }), tree);
      const second = await vetted(tree, images);
      await set(images, { allowTypes: ['application/pdf'] });
      await unvetted(world.move({ ...to, vetted: second }), tree);
      await world.copy({ ...to, name: 'copied', vetted: await vetted(tree, images) });
      await world.move({ ...to, vetted: await vetted(tree, images) });
      await world.copy({ nodeId: tree, parentId: images, name: 'without members', depth: '0' });
      await assertConsistent(world);
    });

    it('judge a copy in steps by what was copied', async () => {
      const tree = await world.mkcol(world.root, 'tree');
      await put(tree, 'a.png', 'image/png');
      const args = world.copyArgs({ nodeId: tree, parentId: images, name: 'tree' });
      const started = await world.store.run('startCopy', { ...args, vetted: await vetted(tree, images) });
      await world.store.run('continueCopy', { copyId: started.copyId, limit: 1000, nowMs: world.now });
      const finish = { ...args, copyId: started.copyId };
      await unvetted(world.store.run('finishCopy', { ...finish, vetted: await vetted(tree, images) }), started.nodeId);
      await world.store.run('finishCopy', { ...finish, vetted: await vetted(started.nodeId, images) });
      assert.deepEqual(await world.names(images), ['tree']);
    });

    it('let what lay beneath them be moved about there, whatever it is, and back from the trash only what is right', async () => {
      const inner = await world.mkcol(images, 'inner');
      await set(images, {}, { isEnabled: false });
      const { nodeId } = await put(inner, 'old.pdf', 'application/pdf');
      await set(images, {}, { isEnabled: true });
      await world.move({ nodeId, parentId: images, name: 'older.pdf' });
      await refused(world.move({ nodeId, parentId: images, name: 'older.exe' }));
      await world.move({ nodeId, parentId: inner, name: 'old.pdf' });
      await world.move({ nodeId: inner, parentId: images, name: 'other' });
      await world.trash(inner);
      const back = { ...world.change(), nodeId: inner, parentId: images, name: 'inner' };
      await unvetted(world.store.run('restoreTrash', back), inner);
      await world.store.run('restoreTrash', { ...back, parentId: world.root });
      await world.trash(nodeId);
      await refused(world.store.run('restoreTrash', { ...back, nodeId, name: 'old.pdf' }));
      assert.ok(await world.store.getTrash(nodeId));
      await assertConsistent(world);
    });

    it('hold for old versions', async () => {
      const { nodeId } = await put(world.root, 'a.png', 'application/pdf');
      await put(world.root, 'a.png', undefined);
      await put(world.root, 'a.png', 'image/png');
      await world.move({ nodeId, parentId: images, name: 'a.png' });
      const [unknown, pdf] = await world.store.listVersions(nodeId);
      const restore = (versionId: number) =>
        world.store.run('restoreVersion', {
          ...world.change(),
          nodeId,
          versionId,
          etag: world.unique('e'),
          versionsKept: 10,
        });
      await refused(restore(pdf!.id));
      await unvetted(restore(unknown!.id), nodeId);
      await note(unknown!.blobId, 'image/gif');
      await restore(unknown!.id);
      assert.equal((await world.store.listVersions(nodeId)).length, 2);
    });

    it('are set in part, unset, replaced and read again whole', async () => {
      const rules = async () => (await world.store.ruleChains([images])).get(images)![0]!.policy!;
      await set(images, { allowTypes: [], expireAfterMs: 5 });
      assert.deepEqual((await rules()).changes, {
        allowTypes: [],
        refuseExtensions: ['exe'],
        maxFileBytes: 1000,
        expireAfterMs: 5,
      });
      await put(images, 'a', 'application/pdf');
      await set(images, { refuseTypes: ['text'] }, { unset: ['refuseExtensions', 'expireAfterMs', 'versionsKept'] });
      assert.deepEqual((await rules()).changes, { allowTypes: [], refuseTypes: ['text'], maxFileBytes: 1000 });
      await set(images, { maxFileBytes: 5 }, { replaces: true, preset: 'gallery' });
      assert.deepEqual(await rules(), {
        nodeId: images,
        preset: 'gallery',
        isEnabled: true,
        changes: { maxFileBytes: 5 },
      });
    });

    it('are known in memory, after every change of them', async () => {
      const restricting = async () => [...(await world.store.folderRules.restricting()).keys()];
      assert.deepEqual(await restricting(), [images]);
      const before = world.store.statementCount;
      await restricting();
      assert.equal(world.store.statementCount, before);
      await set(images, {}, { isEnabled: false });
      assert.deepEqual(await restricting(), []);
      const areas = [{ name: 'Gallery', policy: 'gallery' }] as const;
      const user = { name: 'Eve', passwordHash: 'hash', role: 'advanced', quotaBytes: 10, nowMs: world.now } as const;
      const { userId } = await world.store.run('createUser', { ...user, homeAreas: areas, onlyIfFirst: false });
      const [gallery] = await restricting();
      assert.ok(gallery);
      const home = (await world.store.listSpaces(userId)).find(({ ownerId }) => ownerId === userId)!;
      const listed = await world.store.folderRules.listPoliciesIn([home.id], { limit: 10 });
      assert.deepEqual(
        listed.map(({ nodeId }) => nodeId),
        [gallery],
      );
      assert.deepEqual(await world.store.folderRules.listPoliciesIn([home.id], { after: gallery, limit: 10 }), []);
      await set(images, {}, { isEnabled: true });
      await world.store.run('clearPolicy', { nodeId: gallery, nowMs: world.now });
      assert.deepEqual(await restricting(), [images]);
    });

    it('stay behind when a folder goes to another space, unless its mover may make some there', async () => {
      const deep = await world.mkcol(images, 'deep');
      await set(deep, { maxFileBytes: 1 });
      const restricting = async () => [...(await world.store.folderRules.restricting()).keys()];
      const mine = { nodeId: images, parentId: world.root, name: 'Renamed', replaces: 'own' as const };
      await world.move(mine);
      assert.deepEqual(await restricting(), [images, deep]);
      await world.move({ ...mine, nodeId: deep, parentId: world.shared.rootId, name: 'any', replaces: 'any' });
      assert.deepEqual(await restricting(), [images, deep]);
      await world.move({ ...mine, nodeId: deep, parentId: images, name: 'deep', replaces: 'any' });
      await world.move({ ...mine, parentId: world.shared.rootId, name: 'own' });
      assert.deepEqual(await restricting(), []);
    });

    it('see the members of a collection page by page', async () => {
      await put(images, 'a.png', 'image/png');
      await world.put(images, 'b', 0);
      const inner = await world.mkcol(images, 'c');
      await set(inner, { maxFileBytes: 1 });
      await put(images, '._a.png', undefined, { isSidecar: true });
      const first = await world.store.folderRules.listMembers(images, { limit: 2 });
      const rest = await world.store.folderRules.listMembers(images, { after: first[1]!.nameKey, limit: 10 });
      assert.deepEqual(
        [...first, ...rest].map((member) => [
          member.name,
          member.contentType,
          member.isSidecar,
          member.policy?.changes,
        ]),
        [
          ['._a.png', undefined, true, undefined],
          ['a.png', 'image/png', false, undefined],
          ['b', undefined, false, undefined],
          ['c', undefined, false, { maxFileBytes: 1 }],
        ],
      );
    });

    it('cost nothing where there are none', async () => {
      const plain = await world.mkcol(world.root, 'plain');
      const count = async (work: () => Promise<unknown>) => {
        const before = world.store.statementCount;
        await work();
        return world.store.statementCount - before;
      };
      const inRules = await count(() => put(images, 'a.png', 'image/png'));
      assert.equal(await count(() => put(plain, 'a.png', 'image/png')), inRules);
      const overInRules = await count(() => put(images, 'a.png', 'image/png'));
      assert.equal(await count(() => put(plain, 'a.png', 'image/png')), overInRules);
    });
  });
}
