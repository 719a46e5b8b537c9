import assert from 'node:assert/strict';
import type { Schemas } from '../../../ui/src/api/schemas.ts';
import type { Decision } from '../../../ui/src/conflicts/conflict.ts';
import type { Incoming } from '../../../ui/src/uploads/incoming.ts';
import { plan, type Place, type Planning } from '../../../ui/src/uploads/plan.ts';

type Entry = Schemas['FileEntry'];

const RULES = { allowExtensions: [], refuseExtensions: [], maxFileBytes: undefined, isTyped: false };
const ALL = { read: true, add: true, write: true, remove: true };

function there(name: string, kind: 'file' | 'folder', more: Partial<Entry> = {}): [string, Entry] {
  const at = '2026-01-01T00:00:00.000Z';
  const entry = { id: 1, path: '', name, kind, sizeBytes: 1, etag: '', createdAt: at, modifiedAt: at, isOwn: true };
  return [name, { ...entry, rights: ALL, ...more }];
}

function incoming(...paths: string[]): Incoming[] {
  return paths.map((path) => {
    const names = path.replace(/\/$/, '').split('/');
    return { path: names, file: path.endsWith('/') ? undefined : new File(['xx'], names.at(-1) ?? '') };
  });
}

/** A server with folders; what was looked at and asked is kept. */
class World implements Planning {
  readonly looked: string[] = [];
  readonly asked: string[] = [];
  readonly #folders: Readonly<Record<string, readonly [string, Entry][]>>;
  readonly #decisions: readonly Decision[];

  constructor(folders: Readonly<Record<string, readonly [string, Entry][]>>, ...decisions: readonly Decision[]) {
    this.#folders = folders;
    this.#decisions = decisions;
  }

  look = async (path: string): Promise<Place> => {
    this.looked.push(path);
    return { path, rules: RULES, mayAdd: true, known: new Map(this.#folders[path] ?? []) };
  };

  ask: Planning['ask'] = async ({ name, folder }, remaining) => {
    this.asked.push(`${folder} ${name} +${remaining}`);
    return this.#decisions[this.asked.length - 1] ?? 'skip';
  };

  refusal: Planning['refusal'] = ({ name }) => (name.includes('bad') ? 'no' : undefined);
  unfinished: Planning['unfinished'] = (path) => (path === '/to/half' ? '/place' : undefined);

  async plan(...paths: string[]): Promise<string[] | undefined> {
    const items = await plan(incoming(...paths), '/to', this);
    return items?.map(({ folder, name, onConflict = 'fail', isSkipped, refusal, location }) =>
      [`${folder}/${name}`, isSkipped ? 'skipped' : (refusal ?? location ?? onConflict)].join(' '),
    );
  }
}

describe('the plan of an upload', () => {
  it('looks at a new folder tree once, at its top', async () => {
    const world = new World({});
    assert.deepEqual(await world.plan('a/x', 'a/b/y', 'a/empty/'), [
      '/to/a/x fail',
      '/to/a/empty fail',
      '/to/a/b/y fail',
    ]);
    assert.deepEqual(world.looked, ['/to']);
    assert.deepEqual(world.asked, []);
  });

  it('asks about each file that is there, and says how many more there are', async () => {
    const world = new World(
      { '/to': [there('x', 'file'), there('y', 'file'), there('z', 'file')] },
      'replace',
      'keep-both',
    );
    assert.deepEqual(await world.plan('x', 'new', 'y', 'z'), [
      '/to/x replace',
      '/to/new fail',
      '/to/y keep-both',
      '/to/z skipped',
    ]);
    assert.deepEqual(world.asked, ['/to x +2', '/to y +1', '/to z +0']);
  });

  it('merges folders level by level, and asks about what is in both', async () => {
    const folders = {
      '/to': [there('a', 'folder')],
      '/to/a': [there('b', 'folder'), there('x', 'file')],
      '/to/a/b': [],
    };
    const world = new World(folders, 'merge', 'merge', 'replace');
    assert.deepEqual(await world.plan('a/b/deep', 'a/x', 'a/new/y'), [
      '/to/a/x replace',
      '/to/a/b/deep fail',
      '/to/a/new/y fail',
    ]);
    assert.deepEqual(world.looked, ['/to', '/to/a', '/to/a/b']);
  });

  it('puts a folder beside another under the first free name', async () => {
    const folders = { '/to': [there('a', 'folder'), there('a (2)', 'folder')] };
    assert.deepEqual(await new World(folders, 'keep-both').plan('a/x'), ['/to/a (3)/x fail']);
  });

  it('skips a folder with all that is in it', async () => {
    assert.deepEqual(await new World({ '/to': [there('a', 'folder')] }, 'skip').plan('a/x', 'a/b/y', 'z'), [
      '/to/a/x skipped',
      '/to/a/b/y skipped',
      '/to/z fail',
    ]);
  });

  it('is none when a question was closed', async () => {
    assert.equal(await new World({ '/to': [there('x', 'file')] }, 'cancel').plan('x', 'y'), undefined);
  });

  it('refuses before it asks', async () => {
    const world = new World({ '/to': [there('bad', 'file')] });
    assert.deepEqual(await world.plan('bad', 'good'), ['/to/bad no', '/to/good fail']);
    assert.deepEqual(world.asked, []);
  });

  it('goes on with what was interrupted, though its name is taken', async () => {
    const world = new World({ '/to': [there('half', 'file')] });
    assert.deepEqual(await world.plan('half'), ['/to/half /place']);
    assert.deepEqual(world.asked, []);
  });

  it('takes composed and decomposed accents for the same name', async () => {
    const world = new World({ '/to': [there('é', 'file')] }, 'skip');
    await world.plan('e\u0301');
    assert.equal(world.asked.length, 1);
  });

  it('keeps both of two files of one name that come together', async () => {
    assert.deepEqual(await new World({}).plan('x', 'x'), ['/to/x fail', '/to/x keep-both']);
  });
});
