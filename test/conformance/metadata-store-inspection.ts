import assert from 'node:assert/strict';
import { CHECKS, type CheckKey, type CheckName } from '../../src/core/ports/checks.ts';
import { TALLY_SOURCES, type Sum } from '../../src/core/ports/inspection.ts';
import { assertConsistent, World, type Backend } from './metadata-store-world.ts';

/** What a case starts from: `folder/file` with one old version, `folder/other`, and `gone` in the trash. */
interface Scene {
  folder: number;
  file: number;
  other: number;
  gone: number;
  /** Of the content of `file`, and of its version. */
  blobs: [content: string, version: string];
}

interface Damage {
  what: string;
  statements: (scene: Scene, world: World) => string[];
  /** All that is found of it at first. */
  found: CheckName[];
  /** What nobody can mend. */
  remains?: CheckName[];
  isRight?: (scene: Scene, world: World) => Promise<void>;
}

const DAMAGES: Damage[] = [
  {
    what: 'a space lost its trash',
    statements: (_, world) => [`DELETE FROM node WHERE id = (SELECT trash_id FROM space WHERE id = ${world.home.id})`],
    found: ['space-without-root', 'lost-node'],
    isRight: async ({ gone }, world) => {
      assert.equal((await world.store.getTrash(gone))?.node.id, gone);
    },
  },
  {
    what: 'a space is behind its changes',
    statements: (_, world) => [`UPDATE space SET rev = 1 WHERE id = ${world.home.id}`],
    found: ['space-behind-its-changes'],
  },
  {
    what: 'a root belongs to no space',
    statements: (_, world) => [
      `INSERT INTO node (space_id, parent_id, name, name_key, is_collection, size_bytes, node_count, media_type, owner_id,
         created_at_ms, modified_at_ms, etag, revision, unwritten, property_count)
       VALUES (${world.home.id}, 0, '', 'live:999', 1, 0, 0, '', 0, 0, 0, '', 1, 0, 0)`,
    ],
    found: ['root-without-space'],
    remains: ['root-without-space'],
  },
  {
    what: 'a folder is gone from under its files',
    statements: ({ folder }) => [`DELETE FROM node WHERE id = ${folder}`],
    found: ['lost-node', 'lost-node', 'collection-totals'],
    isRight: async (_, world) => {
      const lost = await world.child(world.root, 'lost+found');
      assert.deepEqual(await world.names(lost.id), ['file', 'other']);
    },
  },
  {
    what: 'a file and a folder are hidden as if Finder had made them',
    statements: ({ folder, other }) => [`UPDATE node SET is_sidecar = 1 WHERE id IN (${folder}, ${other})`],
    found: ['hidden-file', 'hidden-file'],
    isRight: async ({ folder }, world) => {
      assert.deepEqual(await world.names(world.root), ['folder']);
      assert.deepEqual(await world.names(folder), ['file', 'other']);
    },
  },
  {
    what: 'folders lie in each other',
    statements: ({ folder, file }) => [
      `UPDATE node SET is_collection = 1, blob_id = NULL WHERE id = ${file}`,
      `DELETE FROM version WHERE node_id = ${file}`,
      `UPDATE node SET parent_id = ${file} WHERE id = ${folder}`,
    ],
    found: [
      'cycle',
      'cycle',
      'blob-of-nobody',
      'blob-of-nobody',
      'collection-totals',
      'collection-totals',
      'user-usage',
    ],
    isRight: async ({ folder }, world) => {
      const lost = await world.child(world.root, 'lost+found');
      assert.equal((await world.child(lost.id, 'folder')).id, folder);
    },
  },
  {
    what: 'a name is kept under another key',
    statements: ({ file }) => [`UPDATE node SET name_key = 'nonsense' WHERE id = ${file}`],
    found: ['node-key'],
    isRight: async ({ folder, file }, world) => assert.equal((await world.child(folder, 'file')).id, file),
  },
  {
    what: 'a name is kept under a key that another name has by right',
    statements: ({ file, other }) => [
      `UPDATE node SET name = 'other' WHERE id = ${file}`,
      `UPDATE node SET name = 'other' WHERE id = ${other}`,
    ],
    found: ['node-key'],
    isRight: async ({ folder }, world) => assert.deepEqual(await world.names(folder), ['other', 'other (2)']),
  },
  {
    what: 'a tree is indexed in another space',
    statements: ({ folder }, world) => [`UPDATE node SET space_id = ${world.shared.id} WHERE id = ${folder}`],
    found: ['node-space', 'node-space', 'node-space'],
  },
  {
    what: 'a file belongs to nobody',
    statements: ({ other }) => [`UPDATE node SET owner_id = 999 WHERE id = ${other}`],
    found: ['node-owner', 'user-usage'],
    remains: ['node-owner'],
  },
  {
    what: 'a folder has content',
    statements: ({ folder, blobs }) => [`UPDATE node SET blob_id = '${blobs[0]}' WHERE id = ${folder}`],
    found: ['collection-content'],
  },
  {
    what: 'a file is said to have members',
    statements: ({ file }) => [`UPDATE node SET node_count = 3 WHERE id = ${file}`],
    found: ['file-members', 'collection-totals'],
  },
  {
    what: 'the blobs of a file and of its version are not known',
    statements: ({ blobs }) => blobs.map((blob) => `DELETE FROM blob_object WHERE blob_id = '${blob}'`),
    found: ['file-without-blob', 'version-without-blob'],
    remains: ['file-without-blob', 'version-without-blob'],
  },
  {
    what: 'a blob is given up that a file holds',
    statements: ({ blobs }) => [
      `UPDATE blob_object SET state = 'dead', loose_since_ms = 1 WHERE blob_id = '${blobs[0]}'`,
    ],
    found: ['dead-blob-in-use'],
  },
  {
    what: 'a file and its version have other sizes than their content',
    statements: ({ file }) => [
      `UPDATE node SET size_bytes = 5 WHERE id = ${file}`,
      `UPDATE version SET size_bytes = 6 WHERE node_id = ${file}`,
    ],
    found: ['file-size', 'version-size', 'collection-totals', 'user-usage'],
    isRight: async ({ file }, world) => assert.equal((await world.node(file)).sizeBytes, 200),
  },
  {
    what: 'things hang on nodes that do not exist',
    statements: () => [
      `INSERT INTO property (node_id, namespace, name, xml) VALUES (998, 'a', 'b', '<b/>')`,
      `INSERT INTO policy (node_id, preset, is_enabled) VALUES (998, 'temporary', 1)`,
      `INSERT INTO trash (node_id, space_id, owner_id, parent_id, deleted_at_ms, deleted_by) VALUES (998, 1, 1, 1, 1, 1)`,
      `INSERT INTO share (node_id, owner_id, grantee_id, may_write, created_at_ms) VALUES (998, 1, 1, 0, 1)`,
      `INSERT INTO link (secret_hash, node_id, owner_id, label, may_add, created_at_ms) VALUES ('s', 998, 1, '', 0, 1)`,
      `INSERT INTO dav_lock (token, space_id, node_id, user_id, is_infinite, is_exclusive, owner_xml, timeout_seconds,
         created_at_ms, expires_at_ms) VALUES ('t', 1, 998, 1, 0, 1, '', 60, 1, 1)`,
      `INSERT INTO version (node_id, blob_id, size_bytes, etag, media_type, modified_at_ms, replaced_at_ms)
         SELECT 998, blob_id, size_bytes, '', '', 1, 1 FROM blob_object WHERE state = 'live'`,
      `INSERT INTO playback_position (user_id, node_id, position_ms, is_seen, updated_at_ms) VALUES (1, 998, 1, 0, 1)`,
      'INSERT INTO media_bookmark (node_id, position_ms) VALUES (998, 1)',
      `INSERT INTO media_entry (node_id, parent_id, kind, name, title, title_key, title_fold, added_at_ms, modified_at_ms,
         size_bytes, media_type, is_read, update_id) VALUES (998, 1, 1, '', '', '', '', 1, 1, 1, '', 1, 0)`,
      `INSERT INTO media_facts (blob_id, read_at_ms) VALUES ('ff', 1)`,
      `INSERT INTO job (kind, node_id, user_id, payload, created_at_ms) VALUES ('purge', 998, 1, '', 1)`,
      `INSERT INTO copy_map (job_id, source_id, node_id, after_key) VALUES (997, 1, 1, '')`,
    ],
    found: [
      'property-of-nothing',
      'lock-of-nothing',
      'policy-of-nothing',
      'share-of-nothing',
      'link-of-nothing',
      'version-of-nothing',
      'trash-of-nothing',
      'position-of-nothing',
      'bookmark-of-nothing',
      'library-row-of-nothing',
      'media-facts-of-nothing',
      'job-of-nothing',
      'visit-of-nothing',
    ],
  },
  {
    what: 'properties are counted wrongly',
    statements: ({ file }) => [`UPDATE node SET property_count = 2 WHERE id = ${file}`],
    found: ['property-count'],
  },
  {
    what: 'the trash is listed wrongly',
    statements: ({ gone, file }, world) => [
      `UPDATE trash SET node_id = ${file} WHERE node_id = ${gone}`,
      `UPDATE trash SET parent_id = ${world.root} WHERE node_id = ${file}`,
    ],
    found: ['trash-elsewhere', 'trash-unlisted'],
    isRight: async ({ gone, file }, world) => {
      assert.ok(await world.store.getTrash(gone));
      assert.equal(await world.store.getTrash(file), undefined);
    },
  },
  {
    what: 'a half copy was forgotten',
    statements: ({ other }, world) => [
      `UPDATE node SET parent_id = (SELECT staging_id FROM space WHERE id = ${world.home.id}) WHERE id = ${other}`,
    ],
    found: ['copy-unlisted', 'collection-totals', 'user-usage'],
    isRight: async ({ other }, world) => {
      assert.deepEqual(
        (await world.store.listJobs()).map(({ kind, nodeId }) => [kind, nodeId]),
        [['purge', other]],
      );
    },
  },
  {
    what: 'an unwritten file has no lock',
    statements: ({ other }) => [`UPDATE node SET unwritten = 1, blob_id = NULL, size_bytes = 0 WHERE id = ${other}`],
    found: ['blob-of-nobody', 'unwritten-without-lock', 'collection-totals', 'user-usage'],
  },
  {
    what: 'nobody knows where blobs are',
    statements: ({ blobs }) => [
      `DELETE FROM blob_copy WHERE blob_id = '${blobs[0]}'`,
      `INSERT INTO blob_object (blob_id, checksum, size_bytes, state, created_at_ms) VALUES ('dd', '', 1, 'live', 1)`,
    ],
    found: ['blob-of-nobody', 'lost-blob', 'blob-without-copy', 'pack-totals', 'disk-totals'],
    remains: ['lost-blob'],
  },
  {
    what: 'copies belong to no blob, lie nowhere or have another length',
    statements: ({ blobs }) => [
      `INSERT INTO blob_copy (blob_id, disk_id, offset_bytes, length_bytes) VALUES ('ee', 77, 0, 9)`,
      `UPDATE blob_copy SET length_bytes = 12 WHERE blob_id = '${blobs[0]}'`,
      `UPDATE blob_copy SET pack_id = 66 WHERE blob_id = '${blobs[1]}'`,
    ],
    found: ['copy-without-blob', 'copy-nowhere', 'copy-nowhere', 'copy-length', 'pack-totals', 'disk-totals'],
    remains: ['copy-nowhere', 'copy-nowhere', 'copy-length'],
  },
  {
    what: 'a pack is on no disk',
    statements: () => [
      `INSERT INTO pack (disk_id, name, is_sealed, length_bytes, live_bytes, created_at_ms) VALUES (77, 'x', 1, 0, 0, 1)`,
    ],
    found: ['pack-without-disk'],
  },
  {
    what: 'totals are wrong everywhere',
    statements: ({ folder }, world) => [
      `UPDATE node SET size_bytes = 1, node_count = 7 WHERE id = ${folder}`,
      `UPDATE node SET size_bytes = 2 WHERE id = ${world.root}`,
      `UPDATE user SET used_bytes = 3, reserved_bytes = 4 WHERE id = ${world.ann}`,
      'UPDATE disk SET blob_count = 5',
      'UPDATE pack SET live_count = 6, live_bytes = 8',
    ],
    found: ['collection-totals', 'collection-totals', 'user-reserved', 'pack-totals', 'disk-totals', 'user-usage'],
  },
];

export function describeInspection(prepare: () => Promise<Backend>): void {
  describe('inspection', () => {
    let world: World;
    let scene: Scene;
    beforeEach(async () => {
      world = await World.open(await prepare());
      const folder = await world.mkcol(world.root, 'folder');
      const [old, content] = [world.blob(100), world.blob(200)];
      await world.put(folder, 'file', 100, { blob: old });
      world.clock.ms += 1;
      const { nodeId: file } = await world.put(folder, 'file', 200, { blob: content });
      const { nodeId: other } = await world.put(folder, 'other', 300);
      const { nodeId: gone } = await world.put(world.root, 'gone', 400);
      await world.trash(gone);
      scene = { folder, file, other, gone, blobs: [content.id, old.id] };
    });
    afterEach(() => world.backend.remove());

    /** Goes through everything in small pages; with `isMending` puts right what is found, in the order of the checks. */
    async function findAll(isMending: boolean): Promise<{ found: CheckName[]; remains: CheckName[] }> {
      const found: CheckName[] = [];
      const remains: CheckName[] = [];
      for (const check of CHECKS) {
        for (const key of await keysFound(check)) {
          found.push(check);
          if (!isMending) continue;
          const outcome = await world.store.run('mend', { check, key, isTrial: false, nowMs: world.now });
          if (outcome.outcome === 'present') remains.push(check);
        }
      }
      return { found, remains };
    }

    async function keysFound(check: CheckName): Promise<CheckKey[]> {
      const keys: CheckKey[] = [];
      let after: CheckKey | undefined;
      do {
        const page = await world.store.inspection.check(check, { ...(after !== undefined && { after }), limit: 2 });
        keys.push(...page.found.map(({ key }) => key));
        after = page.next;
      } while (after !== undefined);
      return keys;
    }

    it('finds nothing wrong with what was done by operations', async () => {
      const copy = world.copyArgs({ nodeId: scene.folder, parentId: world.root, name: 'copy' });
      const { copyId } = await world.store.run('startCopy', copy);
      await world.store.run('continueCopy', { copyId, limit: 1, nowMs: world.now });
      await world.lock({ parentId: world.root, name: 'locked' });
      await world.move({ nodeId: scene.other, parentId: world.shared.rootId, name: 'moved' });
      assert.deepEqual(await findAll(false), { found: [], remains: [] });
    });

    for (const { what, statements, found, remains = [], isRight } of DAMAGES) {
      it(`finds and mends: ${what}`, async () => {
        await world.backend.damage(...statements(scene, world));
        assert.deepEqual((await findAll(false)).found, found, 'found at first');
        await findAll(true);
        await isRight?.(scene, world);
        for (const { jobId, kind } of await world.store.listJobs()) {
          if (kind === 'adopt') await world.store.run('adoptTree', { jobId, limit: 1000 });
        }
        assert.deepEqual((await findAll(true)).remains, remains);
        assert.deepEqual((await findAll(true)).found, remains, 'found at last');
        if (remains.length === 0 && what !== 'a half copy was forgotten') await assertConsistent(world);
      });
    }

    it('puts all that is found into one folder, also where a file has its name', async () => {
      await world.put(world.root, 'lost+found');
      await world.backend.damage(`DELETE FROM node WHERE id = ${scene.folder}`);
      await findAll(true);
      assert.deepEqual(await world.names(world.root), ['lost+found', 'lost+found (2)']);
      const found = await world.child(world.root, 'lost+found (2)');
      assert.deepEqual(await world.names(found.id), ['file', 'other']);
    });

    it('lets no question go round a circle for ever', async () => {
      const inner = await world.mkcol(scene.folder, 'inner');
      const token = await world.lock({ nodeId: scene.other }, { depth: '0' });
      await world.backend.damage(`UPDATE node SET parent_id = ${inner} WHERE id = ${scene.folder}`);
      const above = await world.store.ancestors(scene.other);
      assert.deepEqual(
        [...new Set(above.map(({ id }) => id))].toSorted(),
        [scene.folder, scene.other, inner].toSorted(),
      );
      const chain = (await world.store.ruleChains([scene.other])).get(scene.other);
      assert.ok(chain!.length > 2);
      await assert.rejects(world.trash(scene.other), { code: 'not-found' });
      // Looks at the ways up from all locks.
      const elsewhere = await world.mkcol(world.root, 'elsewhere');
      await world.trash(elsewhere);
      assert.equal((await world.store.listLocks([scene.other], world.now))[0]?.token, token);
    });

    it('adds up what users, disks and packs hold', async () => {
      const sums = new Map<string, [count: number, sizeBytes: number]>();
      const add = ({ check, id, count, sizeBytes }: Sum): void => {
        const [counted, added] = sums.get(`${check} ${id}`) ?? [0, 0];
        sums.set(`${check} ${id}`, [counted + count, added + sizeBytes]);
      };
      for (const source of TALLY_SOURCES) {
        let after: CheckKey | undefined;
        do {
          const page = await world.store.inspection.tally(source, { ...(after !== undefined && { after }), limit: 2 });
          page.sums.forEach(add);
          after = page.next;
        } while (after !== undefined);
      }
      assert.deepEqual(Object.fromEntries(sums), {
        [`user-usage ${world.ann}`]: [4, 1000],
        [`disk-totals ${world.diskId}`]: [4, 1000],
        [`pack-totals ${world.packId}`]: [4, 1000],
      });
    });

    it('knows what should be on a disk, and whose it is', async () => {
      const { inspection } = world.store;
      const [content, version] = scene.blobs;
      const args = { uploadId: 'up', ownerId: world.ann, sizeBytes: 1, diskId: world.diskId, nowMs: world.now };
      await world.store.run('reserveUpload', args);
      assert.deepEqual(await inspection.knownBlobs(world.diskId, [content, 'up', 'none']), new Set([content, 'up']));
      assert.deepEqual(await inspection.listReferrers(version, 5), [{ nodeId: scene.file, isVersion: true }]);
      const copies = await inspection.listCopies(world.diskId, { limit: 10 });
      assert.equal(copies.length, 4);
      assert.deepEqual(await inspection.listCopies(world.diskId, { after: copies[2]!.blobId, limit: 10 }), [copies[3]]);
      const pieces = await inspection.listPieces(world.packId, { limit: 3 });
      const located = await world.store.locateBlob(pieces[0]!.blobId);
      assert.deepEqual({ ...located, isDead: false }, pieces[0]);
    });

    it('forgets changes that lie far back, and says from where on they are known', async () => {
      const prune = () => world.store.run('pruneChanges', { spaceId: world.home.id, kept: 2, limit: 1 });
      let steps = 1;
      while (!(await prune()).done) steps += 1;
      assert.ok(steps > 1);
      assert.deepEqual(await prune(), { done: true });
      assert.deepEqual(await findAll(false), { found: [], remains: [] });
    });
  });
}
