import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import sharp from 'sharp';
import { TELEVISION_SIDE } from '../../src/core/ports/previewer.ts';
import { ImageProcess } from '../../src/previews/image-process.ts';
import { Scratch, until } from '../support/processes.ts';
import { halves, pngBomb, seen, turnedHalves } from './originals.ts';
import { isRunning } from './running.ts';

describe('the process that makes pictures', function () {
  this.timeout(60_000);
  let process: ImageProcess;
  before(() => {
    process = new ImageProcess();
  });
  after(() => process.close());

  const make = (bytes: Uint8Array, side = 256, by = process) =>
    by.make({ bytes: [bytes], sizeBytes: bytes.length }, side);

  for (const format of ['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'] as const) {
    it(`reads ${format}`, async () => {
      const picture = await seen(await make(await halves(format)));
      assert.deepEqual(
        { ...picture, top: '', bottom: '' },
        {
          ...{ format: 'webp', width: 256, height: 171, isBare: true },
          ...{ left: 'red', right: 'blue', top: '', bottom: '' },
        },
      );
    });
  }

  it('reads HEIC, in its colours: those of phones are not those of screens', async () => {
    const heic = await readFile(join(import.meta.dirname, 'fixtures/display-p3.heic'));
    const { width, height, left, right } = await seen(await make(heic));
    assert.deepEqual({ width, height, left, right }, { width: 64, height: 48, left: 'red', right: 'blue' });
    const { data } = await sharp(await make(heic))
      .raw()
      .toBuffer({ resolveWithObject: true });
    // Display P3 has sRGB's red as 234 51 34.
    assert.ok(data[0]! > 250 && data[1]! < 10 && data[2]! < 10, [...data.subarray(0, 3)].join(' '));
  });

  it('turns a photograph as it says, and leaves out who took it where', async () => {
    const original = await turnedHalves(6);
    assert.ok((await sharp(original).metadata()).exif);
    const { width, height, top, bottom, isBare } = await seen(await make(original));
    assert.deepEqual(
      { width, height, top, bottom, isBare },
      { width: 171, height: 256, top: 'red', bottom: 'blue', isBare: true },
    );
  });

  it('makes a JPEG for televisions, of what is transparent, too', async () => {
    const transparent = await sharp({ create: { width: 400, height: 200, channels: 4, background: '#0000' } })
      .png()
      .toBuffer();
    const picture = sharp(await make(transparent, TELEVISION_SIDE));
    const { format, width, height, isProgressive } = await picture.metadata();
    assert.deepEqual(
      { format, width, height, isProgressive },
      { format: 'jpeg', width: 160, height: 80, isProgressive: false },
    );
    assert.ok((await picture.raw().toBuffer()).every((value) => value > 250));
  });

  it('makes nothing larger than it is, and draws what has no size', async () => {
    const { width, height } = await seen(await make(await halves(), 2048));
    assert.deepEqual([width, height], [600, 400]);
    const drawing =
      '<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"><rect width="30" height="20" fill="red"/></svg>';
    const drawn = await seen(await make(Buffer.from(drawing), 512));
    assert.deepEqual([drawn.width, drawn.left, drawn.right], [512, 'red', 'red']);
  });

  it('lets a drawing look at no file and no address', async () => {
    const scratch = await Scratch.create('drawing');
    let asked = 0;
    const other = createServer((_, response) => {
      asked += 1;
      response.end();
    }).listen(0, '127.0.0.1');
    try {
      await once(other, 'listening');
      const { port } = other.address() as { port: number };
      const secret = scratch.path('secret.png');
      await writeFile(secret, await halves('png'));
      const images = [`file://${secret}`, secret, `http://127.0.0.1:${port}/a.png`].map(
        (href) => `<image width="60" height="40" href="${href}" xlink:href="${href}"/>`,
      );
      const drawing =
        `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file://${secret}">]>` +
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="60" height="40">' +
        `<rect width="60" height="40" fill="#00ff00"/>${images.join('')}</svg>`;
      const { left, right } = await seen(await make(Buffer.from(drawing)));
      assert.deepEqual([left, right], ['green', 'green']);
      assert.equal(asked, 0);
    } finally {
      other.close();
      await scratch.remove();
    }
  });

  const unreadable: [what: string, bytes: () => Buffer | Promise<Buffer>][] = [
    ['nothing', () => Buffer.alloc(0)],
    ['text', () => Buffer.from('#!/bin/sh\necho hello\n')],
    ['half a header', async () => (await halves()).subarray(0, 20)],
    ['HEIC without an image', () => Buffer.from('\0\0\0\x18ftypheic\0\0\0\0heicmif1', 'latin1')],
    ['a PNG of 50,000 times 50,000 pixels', () => pngBomb(50_000)],
    ['a drawing of 10 MB', () => Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg">${'<g/>'.repeat(2.5e6)}</svg>`)],
    ['a format that is left out', () => Buffer.from('P6 2 2 255\n123456789012')],
  ];
  for (const [what, bytes] of unreadable) {
    it(`makes nothing of ${what}, and goes on`, async () => {
      const { pid } = process;
      assert.equal(await make(await bytes()), undefined);
      assert.ok(await make(await halves()));
      assert.equal(process.pid, pid);
    });
  }

  it('is ended when it hangs, and another one takes its place', async () => {
    const hasty = new ImageProcess({ timeoutMs: 500 });
    try {
      assert.ok((await hasty.abilities()).includes('image/heic'));
      const stopped = hasty.pid!;
      globalThis.process.kill(stopped, 'SIGSTOP');
      assert.equal(await make(await halves(), 256, hasty), undefined);
      assert.notEqual(hasty.pid, stopped);
      assert.ok((await hasty.abilities()).length > 0);
    } finally {
      hasty.close();
    }
  });

  it('is ended when it hangs before it can do anything', async () => {
    const hasty = new ImageProcess({ startTimeoutMs: 100 });
    try {
      const found = hasty.abilities();
      globalThis.process.kill(hasty.pid!, 'SIGSTOP');
      assert.deepEqual(await found, []);
      assert.equal(hasty.pid, undefined);
    } finally {
      hasty.close();
    }
  });

  it('is replaced when it has worked for long', async () => {
    const tired = new ImageProcess({ wornSeconds: 0 });
    try {
      await tired.abilities();
      assert.ok(tired.pid !== undefined && (await make(await halves(), 256, tired)));
      assert.equal(tired.pid, undefined);
    } finally {
      tired.close();
    }
  });

  it('ends with the server, however that ended', async () => {
    const module = new URL('../../src/previews/image-process.ts', import.meta.url);
    const server = spawn(globalThis.process.execPath, [
      '--input-type=module',
      '-e',
      `import { ImageProcess } from ${JSON.stringify(module)};
       const process = new ImageProcess();
       await process.abilities();
       console.log(process.pid);`,
    ]);
    const [said] = (await once(server.stdout, 'data')) as [Buffer];
    const pid = Number(String(said));
    assert.equal(await isRunning(pid), true);
    server.kill('SIGKILL');
    await until('it is gone as well', async () => !(await isRunning(pid)) || undefined);
  });

  it('may be killed at any time', async () => {
    await process.abilities();
    const { pid } = process;
    const content = await halves();
    const dying = (async function* () {
      yield content.subarray(0, 100);
      globalThis.process.kill(pid!, 'SIGKILL');
      yield content.subarray(100);
    })();
    await assert.rejects(process.make({ bytes: dying, sizeBytes: content.length }, 256), { name: 'EndedOverIt' });
    assert.ok(await make(content));
  });

  it('fails as the reading of the original does', async () => {
    const failing = (async function* () {
      yield Buffer.alloc(100);
      throw new Error('the disk is away');
    })();
    await assert.rejects(process.make({ bytes: failing, sizeBytes: 200 }, 256), /the disk is away/);
    assert.ok(await make(await halves()));
  });

  it('blames no file for what came too slowly', async () => {
    const hasty = new ImageProcess({ timeoutMs: 100 });
    const stalled = (async function* () {
      yield Buffer.alloc(100);
      await new Promise<never>(() => undefined);
    })();
    await assert.rejects(hasty.make({ bytes: stalled, sizeBytes: 200 }, 256), { code: 'unavailable' });
    hasty.close();
  });
});
