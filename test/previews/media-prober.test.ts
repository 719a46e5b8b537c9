import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import type { MediaFacts } from '../../src/core/media/facts.ts';
import type { BlobLocation } from '../../src/core/ports/operations.ts';
import { locate } from '../../src/core/tree.ts';
import { parsePlainPath } from '../../src/lib/node-path.ts';
import { ToolProber } from '../../src/previews/media-prober.ts';
import { DiskCore } from '../support/disk-core.ts';
import { Scratch } from '../support/processes.ts';

const PICTURE = `{"format":{"format_name":"gif"},"streams":[{"codec_type":"video","codec_name":"gif"}]}`;
const FILM = `{"format":{"format_name":"avi"},"streams":[{"codec_type":"video","codec_name":"h264"}]}`;

describe('looking into a film with programs that fail', () => {
  let test: DiskCore;
  let location: BlobLocation;
  let scratch: Scratch;
  let probers: ToolProber[];
  before(async () => {
    test = await DiskCore.open();
    await test.put('/film.avi', Buffer.alloc(70_000));
    const { node } = await locate(test.core, test.ann, parsePlainPath('/film.avi'));
    location = (await test.core.store.locateBlob(node.blobId!))!;
  });
  after(() => test.close());
  beforeEach(async () => {
    probers = [];
    scratch = await Scratch.create('media-prober');
    await mkdir(scratch.path('bin'));
    await program('ffmpeg', 'exit 0');
  });
  afterEach(async () => {
    for (const prober of probers) await prober.close();
    await scratch.remove();
  });

  /** A program that is there, and does this when it is to look into something. */
  async function program(name: string, does: string): Promise<void> {
    const script = `#!/bin/sh\ncase "$1" in -version) exit 0;; esac\n${does}\n`;
    await writeFile(scratch.path('bin', name), script, { mode: 0o755 });
  }

  function open(limits: { timeoutMs?: number } = {}): ToolProber {
    const prober = new ToolProber({
      ...{ core: test.core, folder: scratch.path('parts'), programPath: scratch.path('bin'), ...limits },
    });
    probers.push(prober);
    return prober;
  }

  const look = async (prober: ToolProber): Promise<MediaFacts | undefined> => prober.probe(location, 'video');

  it('says nothing can be understood when the program says so', async () => {
    await program('ffprobe', 'exit 1');
    assert.equal(await look(open()), undefined);
  });

  it('says nothing can be understood of what has too much to say', async () => {
    await program('ffprobe', 'exec /usr/bin/head -c 40000000 /dev/zero');
    assert.equal(await look(open()), undefined);
  });

  it('looks into what is something else than its name tells', async () => {
    await program('ffprobe', `case "$*" in *matroska*) echo '${FILM}';; *) exit 1;; esac`);
    assert.equal((await open().probe(location, 'image'))?.videoCodec, 'h264');
    await program('ffprobe', `case "$*" in *gif_pipe*) echo '${PICTURE}';; *) exit 1;; esac`);
    for (const kind of ['video', 'audio'] as const) {
      assert.equal((await open().probe(location, kind))?.container, 'gif');
    }
  });

  it('cannot look when the program is killed, as when memory is short', async () => {
    await program('ffprobe', 'kill -9 $$');
    await assert.rejects(look(open()), { code: 'unavailable' });
  });

  it('cannot look when the program takes too long', async () => {
    await program('ffprobe', 'exec /bin/sleep 1000');
    await assert.rejects(look(open({ timeoutMs: 200 })), { code: 'unavailable' });
  });

  it('cannot look when the program may not be started', async () => {
    await writeFile(scratch.path('bin', 'ffprobe'), '#!/bin/sh\n', { mode: 0o644 });
    await assert.rejects(look(open()), { code: 'unavailable' });
  });

  it('sees that the program went, and that it came back', async () => {
    await program('ffprobe', `echo '${FILM}'`);
    const prober = open();
    assert.equal(await prober.isThere(), true);
    assert.equal((await look(prober))?.videoCodec, 'h264');
    await rm(scratch.path('bin', 'ffprobe'));
    await assert.rejects(look(prober), { code: 'unavailable' });
    assert.equal(await prober.isThere(), false);
    await program('ffprobe', `echo '${FILM}'`);
    assert.equal(await prober.isThere(), true);
    assert.equal((await look(prober))?.videoCodec, 'h264');
  });
});
