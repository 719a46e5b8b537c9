import assert from 'node:assert/strict';
import { walk, type DroppedEntry } from '../../../ui/src/uploads/incoming.ts';

/** As browsers give a dropped file, … */
function file(name: string, content = name): DroppedEntry & { file: (found: (file: File) => void) => void } {
  return { name, isDirectory: false, file: (found) => found(new File([content], name)) };
}

/** … and a folder: at most a hundred members with each reading. */
function folder(name: string, members: readonly DroppedEntry[]) {
  const createReader = () => {
    const left = [...members];
    return { readEntries: (found: (entries: DroppedEntry[]) => void) => found(left.splice(0, 100)) };
  };
  return { name, isDirectory: true, createReader };
}

describe('what was dropped', () => {
  it('is walked to its last file, whatever the number of members, in the order of the folders', async () => {
    const many = Array.from({ length: 250 }, (_, index) => file(`${index}`));
    const found = await walk([folder('top', [file('a'), folder('deep', many), file('z')]), file('beside')]);
    const paths = found.map(({ path }) => path.join('/'));
    assert.equal(paths.length, 253);
    assert.deepEqual(
      [paths[0], paths[1], paths[250], paths[251], paths[252]],
      ['top/a', 'top/deep/0', 'top/deep/249', 'top/z', 'beside'],
    );
  });

  it('has its empty folders', async () => {
    const found = await walk([folder('top', [folder('nothing', []), file('a')])]);
    assert.deepEqual(
      found.map(({ path, file: one }) => [path.join('/'), one?.name]),
      [
        ['top/nothing', undefined],
        ['top/a', 'a'],
      ],
    );
  });

  it('may be files of a browser that knows no entries', async () => {
    const one = new File(['x'], 'plain');
    assert.deepEqual(await walk([one]), [{ path: ['plain'], file: one }]);
  });

  it('is as deep as it is', async () => {
    let entry: DroppedEntry = file('bottom');
    for (let depth = 0; depth < 5000; depth += 1) entry = folder('f', [entry]);
    assert.equal((await walk([entry]))[0]?.path.length, 5001);
  });
});
