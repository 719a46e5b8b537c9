import assert from 'node:assert/strict';
import { sniff } from '../../../src/core/content-type/sniff.ts';
import { asSeen } from '../../../src/core/content-type/shared-endings.ts';
import { asStored } from '../../../src/core/content-type/media-type.ts';
import { mediaTypeFor } from '../../../src/http/media-type.ts';

/** Packets of 188 bytes, each begun by a sync byte (ISO/IEC 13818-1, 2.4.3.2). */
const FILM = Buffer.alloc(188 * 90, 0xff);
for (let at = 0; at < FILM.length; at += 188) FILM.set([0x47, 0x40, 0x00, 0x10], at);

const SOURCE = Buffer.from("import { a } from './a.ts';\n\nexport const b = a + 1;\n");
const SCRIPT = Buffer.from('#!/usr/bin/env node\nconsole.log(1);\n');
const QT = Buffer.from('<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n<TS version="2.1"></TS>\n');

describe('what ends in .ts', () => {
  const cases: [what: string, name: string, said: string | undefined, content: Uint8Array, want: string][] = [
    ['a film', 'film.ts', undefined, FILM, 'video/mp2t'],
    ['a film that is said to be a text', 'Film.TS', 'text/vnd.trolltech.linguist', FILM, 'video/mp2t'],
    ['source code', 'main.ts', undefined, SOURCE, 'text/plain'],
    ['source code that is said to be a film', 'main.ts', 'video/mp2t', SOURCE, 'text/plain'],
    ['source code of a client that knows', 'main.ts', 'text/x-typescript', SOURCE, 'text/x-typescript'],
    ['a module', 'main.mts', undefined, SOURCE, 'text/plain'],
    ['a script', 'run.ts', undefined, SCRIPT, 'text/plain'],
    ['a translation', 'page_de.ts', undefined, QT, 'application/xml'],
    ['what nobody recognises', 'noise.ts', undefined, Buffer.from([1, 2, 3, 4]), 'video/mp2t'],
    ['another ending', 'film.mp4', undefined, SOURCE, 'video/mp4'],
  ];
  for (const [what, name, said, content, want] of cases) {
    it(`is ${want}: ${what}`, async () => {
      const contentType = await sniff(content);
      const file = { name, mediaType: mediaTypeFor(said, name), blob: { contentType } };
      assert.equal(asSeen(file).mediaType, want);
      const stored = asStored({ ...file, mediaType: said ?? '' });
      assert.equal(mediaTypeFor(stored.mediaType, name), want);
    });
  }
});
