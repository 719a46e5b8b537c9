import assert from 'node:assert/strict';
import type { ZipMember } from '../../src/lib/zip/records.ts';
import { zip, zipLength, type ZipContent } from '../../src/lib/zip/zip.ts';

const MiB = 1024 * 1024;

function file(path: string, sizeBytes: number, isInPieces = false): ZipMember {
  return { path, sizeBytes, isInPieces, modifiedAtMs: Date.UTC(2024, 1, 29) };
}

async function* each<T>(values: readonly T[], onEnd: () => void = () => undefined): AsyncGenerator<T> {
  try {
    yield* values;
  } finally {
    onEnd();
  }
}

/** Pieces that are the same memory each time. */
async function* pieces(count: number, piece: Uint8Array, onEnd?: () => void): AsyncGenerator<Uint8Array> {
  yield* each(Array<Uint8Array>(count).fill(piece), onEnd);
}

async function lengthOf(written: AsyncIterable<Uint8Array>): Promise<number> {
  let length = 0;
  for await (const bytes of written) length += bytes.length;
  return length;
}

describe('a zip file', () => {
  it('is as long as was said', async () => {
    const piece = new Uint8Array(MiB);
    const cases: ZipMember[][] = [
      [],
      [file('a', 10), file('b/', 0), file('b/c', 3 * piece.length, true)],
      Array.from({ length: 65_535 }, (_, index) => file(`${index}/`, 0)),
    ];
    const open = ({ sizeBytes, isInPieces }: ZipMember): Promise<ZipContent> =>
      Promise.resolve(isInPieces ? pieces(sizeBytes / piece.length, piece) : new Uint8Array(sizeBytes));
    for (const members of cases) assert.equal(await lengthOf(zip(each(members), open)), zipLength(members));
  });

  it('reads nothing ahead of who takes it, and closes all that is open when they leave', async () => {
    const events: string[] = [];
    const members = [file('one', 4 * MiB, true), file('two', 4 * MiB, true)];
    const written = zip(
      each(members, () => events.push('members')),
      ({ path }) => {
        events.push(`open ${path}`);
        return Promise.resolve(pieces(4, new Uint8Array(MiB), () => events.push(`close ${path}`)));
      },
    );
    await written.next();
    await written.next();
    assert.deepEqual(events, ['open one']);
    await written.return();
    assert.deepEqual(events, ['open one', 'close one', 'members']);
  });

  it('ends when what it holds until its end grows too large: deep folders of many', async () => {
    const deep = 'x'.repeat(60_000);
    const members = Array.from({ length: 3000 }, (_, index) => file(`${deep}${index}/`, 0));
    await assert.rejects(lengthOf(zip(each(members), () => Promise.reject(new Error('none')))), { code: 'too-large' });
  });

  it('fails for content of another length, and with what its content fails with', async () => {
    for (const [isInPieces, content] of [
      [false, new Uint8Array(3)],
      [true, pieces(1, new Uint8Array(3))],
      [true, pieces(3, new Uint8Array(2))],
    ] as const) {
      const written = zip(each([file('a', 4, isInPieces)]), () => Promise.resolve(content));
      await assert.rejects(lengthOf(written), { code: 'corrupt' });
    }
    const written = zip(each([file('a', 4)]), () => Promise.reject(new Error('the disk is gone')));
    await assert.rejects(written.next(), /the disk is gone/);
  });
});
