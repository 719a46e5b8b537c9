import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { readFormFiles } from '../../../src/api/familiar/form-files.ts';

const HEADERS = { 'content-type': 'multipart/form-data; boundary=b' };
const PART = '--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\ncontent';

/** Yields each piece only after whoever reads has had time to use the one before. */
async function* slowly(...pieces: string[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) {
    yield Buffer.from(piece);
    for (let turns = 0; turns < 20; turns += 1) await setImmediate();
  }
}

async function read(source: AsyncIterable<Uint8Array>): Promise<{ files: string[]; problem: string | undefined }> {
  const files: string[] = [];
  try {
    await readFormFiles({ headers: HEADERS, source }, async ({ content }) => {
      const pieces: Uint8Array[] = [];
      for await (const piece of content) pieces.push(piece);
      files.push(Buffer.concat(pieces).toString());
    });
    return { files, problem: undefined };
  } catch (error) {
    return { files, problem: (error as { code?: string }).code };
  }
}

describe('the files of a form', () => {
  const cases: [what: string, pieces: string[], files: string[], problem: string | undefined][] = [
    ['that comes whole', [`${PART}\r\n--b--`], ['content'], undefined],
    ['that comes letter by letter', Array.from(`${PART}\r\n--b--`), ['content'], undefined],
    ['with something behind its end', [`${PART}\r\n--b--`, '\r\nepilogue'], ['content'], undefined],
    ['that ends inside a file', [PART], [], 'bad-request'],
    ['that ends at a boundary', [`${PART}\r\n--b`], [], 'bad-request'],
    ['that ends behind a boundary', [`${PART}\r\n--b\r\n`], [], 'bad-request'],
    ['whose second file is cut off', [`${PART}\r\n`, PART], ['content'], 'bad-request'],
  ];
  for (const [what, pieces, files, problem] of cases) {
    it(`of one ${what}`, async () => {
      assert.deepEqual(await read(slowly(...pieces)), { files, problem });
    });
  }

  it('end with what happened to their source', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield* slowly(PART);
      throw Object.assign(new Error('gone'), { code: 'gone' });
    }
    assert.deepEqual(await read(broken()), { files: [], problem: 'gone' });
  });

  it('are given with pieces that stay as they are when the source uses its memory again', async () => {
    async function* reusing(): AsyncGenerator<Uint8Array> {
      const piece = Buffer.from(`${PART}${'x'.repeat(1000)}`);
      yield piece;
      piece.fill('!');
      yield Buffer.from('\r\n--b--');
    }
    assert.deepEqual((await read(reusing())).files, [`content${'x'.repeat(1000)}`]);
  });

  it('stop being read once one of them is refused', async () => {
    let asked = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(PART);
      for (; ; asked += 1) yield Buffer.alloc(65_536);
    }
    const refusing = readFormFiles({ headers: HEADERS, source: endless() }, () => Promise.reject(new Error('refused')));
    await assert.rejects(refusing, /refused/);
    assert.ok(asked < 100);
  });
});
