import assert from 'node:assert/strict';
import { open } from 'node:fs/promises';
import type { ZipMember } from '../../../src/lib/zip/records.ts';
import { zip, zipLength } from '../../../src/lib/zip/zip.ts';
import { runWell, Scratch } from '../../support/processes.ts';

const ZEROS = new Uint8Array(64 * 1024 * 1024);
const COUNT = 65;

const LOOK = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as z:
    some = [i for i in z.infolist() if not i.is_dir()]
    print(json.dumps([len(z.namelist()), [[i.filename, i.file_size, i.CRC] for i in some], z.read('behind').decode()]))
`;

async function* each<T>(values: readonly T[]): AsyncGenerator<T> {
  yield* values;
}

describe('a zip file beyond 4 GiB and 65,535 members', () => {
  let scratch: Scratch;
  before(async () => {
    scratch = await Scratch.create('zip64');
  });
  after(() => scratch.remove());

  it('is what Python and unzip find in it', async () => {
    const modifiedAtMs = Date.UTC(2024, 1, 29);
    const member = (path: string, sizeBytes: number): ZipMember => {
      return { path, sizeBytes, isInPieces: path === 'large', modifiedAtMs };
    };
    const folders = Array.from({ length: 65_540 }, (_, index) => member(`${index}/`, 0));
    const members = [member('large', COUNT * ZEROS.length), member('behind', 5), ...folders];
    const file = await open(scratch.path('large.zip'), 'w');
    let at = 0;
    const content = ({ isInPieces }: ZipMember) =>
      Promise.resolve(isInPieces ? each(Array<Uint8Array>(COUNT).fill(ZEROS)) : Buffer.from('hello'));
    for await (const bytes of zip(each(members), content)) {
      // What is all zeros stays a hole in the file.
      if (bytes !== ZEROS) await file.write(bytes, 0, bytes.length, at);
      at += bytes.length;
    }
    await file.close();
    assert.equal(at, zipLength(members));

    const [count, files, behind] = JSON.parse(await runWell('python3', ['-c', LOOK, scratch.path('large.zip')]));
    assert.equal(count, members.length);
    assert.equal(behind, 'hello');
    assert.deepEqual(files, [
      // As Python computes it.
      ['large', COUNT * ZEROS.length, 0x0c0b_9a78],
      ['behind', 5, 0x3610_a686],
    ]);
    await runWell('unzip', ['-tqq', scratch.path('large.zip'), 'behind', '65539/']);
  });
});
