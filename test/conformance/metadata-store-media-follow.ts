import assert from 'node:assert/strict';
import type { Core } from '../../src/core/core.ts';
import { LibraryFollower } from '../../src/core/media/library-follower.ts';
import { MediaLibrary } from '../../src/core/media/media-library.ts';
import type { Node, Space } from '../../src/core/node.ts';
import type { MediaUpdate } from '../../src/core/ports/media-library.ts';
import type { PutFile } from '../../src/core/ports/operations.ts';
import { libraryAnew } from '../../src/meta/migrations/0016-library-anew.ts';
import { MIGRATIONS } from '../../src/meta/migrations/migrations.ts';
import { World, type Backend } from './metadata-store-world.ts';

const TYPES: Readonly<Record<string, string>> = {
  mp4: 'video/mp4',
  mkv: 'Video/X-Matroska; x=y',
  wmv: 'application/vnd.ms-asf',
  mp3: 'audio/mpeg',
  m3u: 'audio/x-mpegurl',
  jpg: 'image/jpeg',
  JPG: 'image/jpeg',
  png: 'image/png',
  svg: 'image/svg+xml',
};

/** Names that have to do with each other. */
const NAMES = [
  ...['a.mp4', 'a.srt', 'a.de.srt', 'a.en.forced.srt', 'a.jpg', 'a.mkv', 'a', 'a.b.mp4', 'a.b.srt', 'A.mp4', 'a..mp4'],
  ...['b.mp3', 'b.png', 'b.txt', '.c.mp4', 'cover.jpg', 'Folder.JPG', 'poster.png', 'd.svg', 'é.mp4', 'é.srt'],
];
const FOLDERS = ['x', 'y', '.hidden', 'cover.jpg', 'a.mp4'];

class FollowWorld {
  readonly world: World;
  readonly core: Core;
  readonly updates: MediaUpdate[] = [];
  space!: Space;
  library!: MediaLibrary;
  follower!: LibraryFollower;

  private constructor(world: World) {
    this.world = world;
    this.core = { store: world.store, clock: world.clock } as unknown as Core;
  }

  static async open(backend: Backend): Promise<FollowWorld> {
    const world = await World.open(backend);
    await world.store.run('createSpace', { kind: 'media', mountName: 'Movies', nowMs: world.now });
    const follow = new FollowWorld(world);
    await follow.begin();
    follow.space = await follow.library.space();
    return follow;
  }

  /** As after a restart. */
  async begin(): Promise<void> {
    this.library = new MediaLibrary(this.core);
    this.library.onUpdate((update) => this.updates.push(update));
    this.follower = await LibraryFollower.open(this.core, this.library, new AbortController().signal);
  }

  get root(): number {
    return this.space.rootId;
  }

  async put(parentId: number, name: string, sizeBytes = 10, more: Partial<PutFile> = {}): Promise<number> {
    const mediaType = TYPES[name.slice(name.lastIndexOf('.') + 1)] ?? 'text/plain';
    return (await this.world.put(parentId, name, sizeBytes, { mediaType, ...more })).nodeId;
  }

  /** `path: subtitles cover` of all that is shown. */
  async shown(): Promise<string[]> {
    const scope = { below: this.root };
    const { entries } = await this.library.list({ scope, order: [], offset: 0, limit: 10_000 });
    const byId = new Map(entries.map((entry) => [entry.nodeId, entry]));
    const pathOf = (nodeId: number): string => {
      const entry = byId.get(nodeId);
      return entry === undefined ? '' : `${pathOf(entry.parentId)}/${entry.name}`;
    };
    const names = new Map<number | undefined, string>();
    const beside = entries.flatMap(({ content, folderCoverId }) => [
      content?.subtitlesId ?? 0,
      content?.coverId ?? 0,
      folderCoverId ?? 0,
    ]);
    for (const { id, name } of await this.core.store.files.nodesById([...beside])) names.set(id, name);
    return entries
      .map(({ nodeId, content, folderCoverId }) => {
        const subtitles = content?.subtitlesId && `subtitles ${names.get(content.subtitlesId)}`;
        const cover = content?.coverId ?? folderCoverId;
        return [pathOf(nodeId).slice(1), subtitles, cover && `cover ${names.get(cover)}`].filter(Boolean).join(', ');
      })
      .toSorted();
  }

  /** Follows, and sees that nothing else would have come of a look at everything. */
  async assertFollowed(what: string): Promise<void> {
    const { wasRebuilt } = await this.follower.catchUp();
    assert.equal(wasRebuilt, false, what);
    const followed = await this.shown();
    const { updateId } = await this.world.store.media.state();
    await this.follower.rebuild();
    assert.deepEqual(await this.shown(), followed, what);
    assert.equal((await this.world.store.media.state()).updateId, updateId, what);
  }
}

/** Numbers that look like chance and are the same each time. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

/** How the library of televisions follows the tree. */
export function describeMediaFollowing(prepare: () => Promise<Backend>): void {
  describe('following the tree for televisions', () => {
    let follow: FollowWorld;
    let world: World;
    beforeEach(async () => {
      follow = await FollowWorld.open(await prepare());
      ({ world } = follow);
      assert.deepEqual(await follow.follower.catchUp(), { wasRebuilt: true });
    });
    afterEach(() => world.backend.remove());

    it('shows films, music and pictures, and nothing else', async () => {
      for (const name of ['film.mp4', 'film.mkv', 'old.wmv', 'song.mp3', 'picture.jpg'])
        await follow.put(follow.root, name);
      for (const name of ['list.m3u', 'drawing.svg', 'text.txt', '.hidden.mp4']) await follow.put(follow.root, name);
      await follow.put(follow.root, '._film.mp4', 10, { isSidecar: true, mediaType: 'video/mp4' });
      await follow.put(follow.root, 'empty.mp4', 0);
      await world.lock({ parentId: follow.root, name: 'promised.mp4' });
      await follow.put(follow.root, 'film.jpg', 0);
      await world.lock({ parentId: follow.root, name: 'film.srt' });
      await world.mkcol(follow.root, 'empty folder');
      const hidden = await world.mkcol(follow.root, '.hidden');
      await follow.put(await world.mkcol(hidden, 'inner'), 'film.mp4');
      await follow.assertFollowed('many');
      assert.deepEqual(await follow.shown(), [
        'empty folder',
        'film.mkv',
        'film.mp4',
        'old.wmv',
        'picture.jpg',
        'song.mp3',
      ]);

      await follow.put(follow.root, 'empty.mp4');
      await world.move({ nodeId: hidden, parentId: follow.root, name: 'seen' });
      await follow.assertFollowed('written and renamed');
      const shown = await follow.shown();
      assert.ok(shown.includes('empty.mp4') && shown.includes('seen/inner/film.mp4'), shown.join());
      await world.move({ nodeId: hidden, parentId: follow.root, name: '.hidden' });
      await follow.assertFollowed('hidden again');
      assert.ok(!(await follow.shown()).some((path) => path.includes('inner')));
    });

    it('finds subtitles and covers by their names, whenever they come and go', async () => {
      const { root } = follow;
      await follow.put(root, 'film.mp4');
      const de = await follow.put(root, 'film.de.srt');
      await follow.put(root, 'film.de.forced.srt');
      await follow.put(root, 'film two.mp4');
      // Of other films.
      for (const name of ['film two.II.srt', 'film two.alien.srt']) await follow.put(root, name);
      await follow.assertFollowed('one');
      assert.deepEqual(await follow.shown(), ['film two.mp4', 'film.mp4, subtitles film.de.srt']);

      const own = await follow.put(root, 'film.srt');
      const picture = await follow.put(root, 'film.jpg');
      await follow.put(root, 'Folder.JPG');
      const before = follow.updates.length;
      await follow.assertFollowed('beside');
      assert.deepEqual(await follow.shown(), [
        'film two.mp4, cover Folder.JPG',
        'film.mp4, subtitles film.srt, cover film.jpg',
      ]);
      assert.ok(follow.updates.slice(before).every(({ folders }) => folders.some(({ nodeId }) => nodeId === root)));

      await world.trash(own);
      await world.trash(picture);
      await follow.put(root, 'poster.png');
      await follow.assertFollowed('gone');
      assert.deepEqual(await follow.shown(), [
        'film two.mp4, cover poster.png',
        'film.mp4, subtitles film.de.srt, cover poster.png',
      ]);
      await world.move({ nodeId: de, parentId: root, name: 'other.srt' });
      await follow.assertFollowed('renamed');
      assert.match((await follow.shown()).join(), /film\.mp4, subtitles film\.de\.forced\.srt/);
    });

    it('shows a picture by itself once the film that it belongs to is gone', async () => {
      const film = await follow.put(follow.root, 'film.mp4');
      await follow.put(follow.root, 'film.jpg');
      await follow.assertFollowed('both');
      assert.deepEqual(await follow.shown(), ['film.mp4, cover film.jpg']);
      await world.trash(film);
      await follow.assertFollowed('one');
      assert.deepEqual(await follow.shown(), ['film.jpg']);
    });

    it('follows whole trees: moved in and out, renamed, trashed, restored, copied', async () => {
      const folder = await world.mkcol(world.root, 'from home');
      const inner = await world.mkcol(folder, 'inner');
      await follow.put(inner, 'film.mp4');
      const step = async (what: string, ...shown: string[]): Promise<void> => {
        await follow.assertFollowed(what);
        assert.deepEqual(await follow.shown(), shown, what);
      };
      const adopt = async (jobId: number | undefined): Promise<void> => {
        while (jobId !== undefined && !(await world.store.run('adoptTree', { jobId, limit: 1 })).done);
      };
      const moveTo = async (parentId: number, name: string): Promise<void> =>
        adopt((await world.move({ nodeId: folder, parentId, name })).jobId);

      await step('elsewhere');
      await moveTo(follow.root, 'in');
      await step('moved in', 'in', 'in/inner', 'in/inner/film.mp4');
      await moveTo(follow.root, 'renamed');
      await step('renamed', 'renamed', 'renamed/inner', 'renamed/inner/film.mp4');
      await world.copyInSteps({ nodeId: inner, parentId: follow.root, name: 'copy' }, 1);
      await step('copied', 'copy', 'copy/film.mp4', 'renamed', 'renamed/inner', 'renamed/inner/film.mp4');
      await world.move({ nodeId: inner, parentId: (await world.child(follow.root, 'copy')).id, name: 'deep' });
      await step('moved within', 'copy', 'copy/deep', 'copy/deep/film.mp4', 'copy/film.mp4', 'renamed');
      await world.trash((await world.child(follow.root, 'copy')).id);
      await step('trashed', 'renamed');
      const [entry] = await world.store.listTrash(world.ann, { limit: 1 });
      await world.store.run('restoreTrash', {
        ...world.change(),
        nodeId: entry!.node.id,
        parentId: follow.root,
        name: 'back',
      });
      await step('restored', 'back', 'back/deep', 'back/deep/film.mp4', 'back/film.mp4', 'renamed');
      await moveTo(world.root, 'out');
      await step('moved out', 'back', 'back/deep', 'back/deep/film.mp4', 'back/film.mp4');
      await world.trash(entry!.node.id);
      await world.purge(entry!.node.id);
      await step('purged');
    });

    it('takes in what was done to a tree while it was elsewhere', async () => {
      const folder = await world.mkcol(follow.root, 'folder');
      const film = await follow.put(folder, 'film.mp4');
      await follow.follower.catchUp();
      const moveTo = (parentId: number) => world.move({ nodeId: folder, parentId, name: 'folder' });
      await moveTo(world.root);
      await world.trash(film);
      await follow.put(folder, 'other.mp4');
      await moveTo(follow.root);
      await follow.assertFollowed('there and back');
      assert.deepEqual(await follow.shown(), ['folder', 'folder/other.mp4']);
    });

    it('follows new content, and tells the folder of it', async () => {
      const film = await follow.put(follow.root, 'film.mp4', 10);
      await follow.follower.catchUp();
      const entry = () => follow.library.entry(film);
      const first = (await entry()).content!.blobId;
      world.clock.ms += 1000;
      await follow.put(follow.root, 'film.mp4', 20);
      await follow.assertFollowed('written');
      assert.equal((await entry()).content?.sizeBytes, 20);
      assert.equal(follow.updates.at(-1)?.folders[0]?.nodeId, follow.root);
      const [version] = await world.store.listVersions(film);
      const by = { ...world.change(), nodeId: film, versionId: version!.id, etag: 'another', versionsKept: 10 };
      await world.store.run('restoreVersion', by);
      await follow.assertFollowed('restored');
      assert.equal((await entry()).content?.blobId, first);
    });

    it('says when something came to be shown, not when it was made', async () => {
      const old = await follow.put(world.root, 'old.mp4');
      const folder = await world.mkcol(world.root, 'folder');
      const inner = await follow.put(folder, 'inner.mp4');
      world.clock.ms += 5000;
      await world.move({ nodeId: old, parentId: follow.root, name: 'old.mp4' });
      await world.move({ nodeId: folder, parentId: follow.root, name: 'folder' });
      await follow.follower.catchUp();
      const cameAt = world.now;
      world.clock.ms += 5000;
      await world.move({ nodeId: inner, parentId: follow.root, name: 'renamed.mp4' });
      await follow.assertFollowed('moved');
      for (const id of [old, inner]) assert.equal((await follow.library.entry(id)).addedAtMs, cameAt);
    });

    it('goes on after a restart, and looks at everything when it cannot', async () => {
      await follow.put(follow.root, 'one.mp4');
      await follow.follower.catchUp();
      await follow.put(follow.root, 'two.mp4');
      await follow.begin();
      assert.deepEqual(await follow.follower.catchUp(), { wasRebuilt: false });
      assert.deepEqual(await follow.shown(), ['one.mp4', 'two.mp4']);

      const gone = await world.mkcol(follow.root, 'gone');
      await follow.put(gone, 'inner.mp4');
      await follow.follower.catchUp();
      await world.trash(gone);
      await follow.put(follow.root, 'three.mp4');
      while (!(await world.store.run('pruneChanges', { spaceId: follow.space.id, kept: 0, limit: 100 })).done);
      const told = follow.updates.length;
      assert.deepEqual(await follow.follower.catchUp(), { wasRebuilt: true });
      assert.deepEqual(await follow.shown(), ['one.mp4', 'three.mp4', 'two.mp4']);
      assert.ok(follow.updates.length > told);
      await follow.put(follow.root, 'four.mp4');
      await follow.assertFollowed('afterwards');
    });

    it('looks at everything once where types were told otherwise, and changes what is another only', async () => {
      const [folder, other] = [await world.mkcol(follow.root, 'folder'), await world.mkcol(follow.root, 'other')];
      const film = await follow.put(folder, 'film.mp4');
      await follow.put(other, 'song.mp3');
      await follow.follower.catchUp();
      const before = await follow.library.entry(other);
      // As it is left by an earlier version, which took it for no film.
      await world.backend.damage(
        `UPDATE node SET media_type = 'application/octet-stream' WHERE id = ${film}`,
        `DELETE FROM media_entry WHERE node_id = ${film}`,
      );
      await follow.begin();
      assert.deepEqual(await follow.follower.catchUp(), { wasRebuilt: false });
      assert.deepEqual(await follow.shown(), ['folder', 'other', 'other/song.mp3']);

      assert.ok(MIGRATIONS.includes(libraryAnew));
      await world.backend.damage(...libraryAnew());
      await follow.begin();
      assert.deepEqual(await follow.follower.catchUp(), { wasRebuilt: true });
      assert.deepEqual(await follow.shown(), ['folder', 'folder/film.mp4', 'other', 'other/song.mp3']);
      assert.equal((await follow.library.entry(other)).updateId, before.updateId);
      assert.ok((await follow.library.entry(folder)).updateId > before.updateId);
      await follow.assertFollowed('afterwards');
    });

    it('leaves nothing behind when it is cut off', async () => {
      const folder = await world.mkcol(follow.root, 'folder');
      await follow.put(folder, 'film.mp4');
      await follow.follower.catchUp();
      // As if the folder's row were gone, and those below it were not.
      await world.store.run('updateMediaLibrary', { put: [], removed: [folder], position: undefined });
      await world.trash(folder);
      await follow.follower.rebuild();
      assert.deepEqual(await world.store.media.counts(), { folder: 1, video: 0, audio: 0, image: 0 });
    });

    it('comes to what a look at everything comes to, whatever is done', async function () {
      this.timeout(60_000);
      const random = numbers(7);
      const below = (count: number): number => Math.floor(random.next().value * count);
      const one = <T>(from: readonly T[]): T => from[below(from.length)]!;
      for (let round = 0; round < 12; round += 1) {
        for (let step = 0; step < 8; step += 1) await doSomething({ one, below });
        await follow.assertFollowed(`round ${round}`);
      }
    });

    async function doSomething({ one, below }: { one: <T>(from: readonly T[]) => T; below: (n: number) => number }) {
      const nodes = [...(await world.below(follow.root)), ...(await world.below(world.root))];
      const places = [
        follow.root,
        follow.root,
        world.root,
        ...nodes.filter((n) => n.kind === 'collection').map(({ id }) => id),
      ];
      const node = nodes.length === 0 ? undefined : one(nodes);
      const [parentId, name] = [one(places), one(NAMES)];
      const write = async (): Promise<unknown> => follow.put(parentId, name, below(5) === 0 ? 0 : 10);
      const make = async (): Promise<unknown> => world.mkcol(parentId, one(FOLDERS));
      const move = async ({ id: nodeId, kind }: Node): Promise<unknown> =>
        world.move({ nodeId, parentId, name: kind === 'collection' ? one(FOLDERS) : name, overwrite: true });
      const trash = async ({ id }: Node): Promise<unknown> => world.trash(id);
      const copy = async ({ id: nodeId }: Node): Promise<unknown> =>
        world.copy({ nodeId, parentId, name: `copy ${below(3)}.mp4`, overwrite: true });
      const how = one([write, write, write, write, make, move, move, move, trash, copy]);
      try {
        if (node) await how(node);
        else await write();
      } catch (error) {
        // Some of it cannot be: a name that is taken, a folder into itself.
        if ((error as { code?: string }).code === undefined) throw error;
      }
    }
  });
}
