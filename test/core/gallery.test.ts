import assert from 'node:assert/strict';
import { NO_CONDITIONS } from '../../src/core/core.ts';
import { unlock } from '../../src/core/locks.ts';
import { listTrash, restoreTrash, restoreTrashTo, trash } from '../../src/core/trash.ts';
import { find } from '../../src/core/tree.ts';
import { listVersions, restoreVersion } from '../../src/core/versions.ts';
import { isDomainError } from '../../src/lib/errors.ts';
import { parsePlainPath as path } from '../../src/lib/node-path.ts';
import { COMPOUND, HTML, JPEG, MP4, PDF, PNG, PROGRAM, SVG, TEXT } from '../support/contents.ts';
import { TestCore } from '../support/test-core.ts';
import { grown, rulesScene } from './rules-scene.ts';

describe('the Gallery of a new home', () => {
  let test: TestCore;
  beforeEach(async () => {
    test = await TestCore.open();
  });
  afterEach(() => test.close());
  const { ann, put, set, sizeOf, moveTo, copyTo, refused, lockNew, forget, nothingIsLeft } = rulesScene(() => test);

  it('takes images, audio and video, whatever their names', async () => {
    await put('Gallery/photo.png', PNG);
    await put('Gallery/clip.mp4', grown(MP4));
    await put('Gallery/photo.dat', JPEG);
    await put('Gallery/photo', grown(JPEG), { isAnnounced: false });
  });

  const wrong: [name: string, content: Uint8Array, message: RegExp][] = [
    ['report.pdf', PDF, /^the folder "Gallery" takes no files named \*\.pdf; "report\.pdf" is one$/],
    ['report.jpg', PDF, /^the folder "Gallery" takes only images, audio and video; "report\.jpg" is a PDF document$/],
    ['setup.jpg', PROGRAM, /"setup\.jpg" is a Windows program$/],
    ['photo.EXE', PNG, /no files named \*\.exe; "photo\.EXE" is one$/],
    ['photo.exe. ', PNG, /no files named \*\.exe/],
    ['notes.txt', TEXT, /"notes\.txt" is a text file$/],
    ['drawing.svg', SVG, /"drawing\.svg" is an SVG drawing$/],
    ['page.png', HTML, /"page\.png" is a web page$/],
    ['old.jpg', COMPOUND, /is an office document or installer$/],
    ['noise.jpg', Buffer.alloc(100), /is of a kind that is not recognised$/],
  ];
  for (const [name, content, message] of wrong) {
    it(`refuses ${JSON.stringify(name)}, small and large, announced or not, and names the rule`, async () => {
      await refused(put(`Gallery/${name}`, content), message);
      await refused(put(`Gallery/${name}`, grown(content)), message);
      await refused(put(`Gallery/${name}`, grown(content), { isAnnounced: false }), message);
      await refused(put(`Gallery/${name}`, grown(content), { pieceBytes: 100 }), message);
      assert.equal(await sizeOf(`Gallery/${name}`), undefined);
      await nothingIsLeft();
    });
  }

  it('says which rule of which folder', async () => {
    const error = await put('Gallery/setup.jpg', PROGRAM).catch((caught: unknown) => caught);
    assert.ok(isDomainError(error, 'rule-violated'));
    const folderId = (await find(test.core, ann(), path('Gallery'))).found!.node.id;
    assert.deepEqual(error.details.members, { rule: 'allowTypes', folder: 'Gallery', folderId, file: 'setup.jpg' });
  });

  it('does not take all of a large body to refuse it', async () => {
    let pieces = 0;
    const sent = { isAnnounced: false, pieceBytes: 8192, onPiece: () => void (pieces += 1) };
    await refused(put('Gallery/film.mp4', grown(PROGRAM, 10_000_000), sent), /Windows program/);
    assert.ok(pieces <= 32, `${pieces} pieces were taken`);
    pieces = 0;
    await refused(put('Gallery/film.exe', grown(MP4, 10_000_000), sent), /exe/);
    assert.equal(pieces, 0);
  });

  it('keeps what was there when other content is refused', async () => {
    await put('Gallery/photo.png', PNG);
    await refused(put('Gallery/photo.png', PDF), /PDF/);
    await refused(put('Gallery/photo.png', grown(PDF)), /PDF/);
    assert.equal(await sizeOf('Gallery/photo.png'), PNG.length);
    assert.equal(await test.usedBytes('ann'), PNG.length);
  });

  it('takes an empty file, which clients write first, if its name may be there', async () => {
    await put('Gallery/photo.jpg', Buffer.alloc(0));
    await put('Gallery/photo.jpg', JPEG);
    await refused(put('Gallery/setup.exe', Buffer.alloc(0)), /exe/);
    const { lock: held } = await lockNew('Gallery/locked.jpg');
    await unlock(test.core, ann(), path('Gallery/locked.jpg'), held.token);
    await refused(lockNew('Gallery/locked.exe'), /exe/);
  });

  it('takes what Finder keeps for itself, until that becomes a file', async () => {
    const appleDouble = Buffer.from([0, 5, 0x16, 7, 0, 2, 0, 0, ...TEXT]);
    await put('Gallery/._photo.jpg', appleDouble, { isSidecar: true });
    await put('Gallery/.DS_Store', appleDouble, { isSidecar: true });
    await refused(put('Gallery/._other.jpg', appleDouble), /not recognised/);
    await refused(moveTo('Gallery/._photo.jpg', 'Gallery/photo.jpg'), /not recognised/);
    // Under such a name, but a file of everybody's.
    await put('Gallery/._mine.jpg', PNG);
    await refused(put('Gallery/._mine.jpg', appleDouble, { isSidecar: true }), /not recognised/);
    await refused(moveTo('Gallery/._photo.jpg', 'Gallery/._mine.jpg', true), /not recognised/);
  });

  it('refuses moves and copies of what it would not take, and takes the others', async () => {
    await put('Mere/photo.jpg', JPEG);
    await put('Mere/report.jpg', PDF);
    await refused(moveTo('Mere/report.jpg', 'Gallery/report.jpg'), /PDF/);
    await put('Mere/noise.jpg', Buffer.alloc(100));
    await refused(moveTo('Mere/noise.jpg', 'Gallery/noise.jpg'), /not recognised/);
    await refused(copyTo('Mere/report.jpg', 'Gallery/report.jpg'), /PDF/);
    await refused(moveTo('Mere/photo.jpg', 'Gallery/photo.exe'), /exe/);
    assert.equal(await sizeOf('Mere/report.jpg'), PDF.length);
    await copyTo('Mere/photo.jpg', 'Gallery/copied.jpg');
    await moveTo('Mere/photo.jpg', 'Gallery/photo.jpg');
    await refused(moveTo('Mere/report.jpg', 'Gallery/photo.jpg', true), /PDF/);
    await refused(copyTo('Mere/report.jpg', 'Gallery/photo.jpg', true), /PDF/);
    assert.equal(await sizeOf('Gallery/photo.jpg'), JPEG.length);
    await refused(moveTo('Gallery/photo.jpg', 'Gallery/photo.exe'), /exe/);
  });

  it('refuses whole trees with a wrong file anywhere in them, before anything moves', async () => {
    await test.mkcol('ann', 'Mere/trip');
    await test.mkcol('ann', 'Mere/trip/day');
    await test.mkcol('ann', 'Mere/trip/empty');
    await put('Mere/trip/a.jpg', JPEG);
    await put('Mere/trip/day/b.jpg', JPEG);
    await put('Mere/trip/day/c.jpg', PDF);
    await refused(moveTo('Mere/trip', 'Gallery/trip'), /"c\.jpg" is a PDF document/);
    await refused(copyTo('Mere/trip', 'Gallery/trip'), /"c\.jpg" is a PDF document/);
    assert.equal(await sizeOf('Mere/trip/a.jpg'), JPEG.length);
    assert.equal(await sizeOf('Gallery/trip'), undefined);
    await trash(test.core, ann(), path('Mere/trip/day/c.jpg'), NO_CONDITIONS);
    await copyTo('Mere/trip', 'Gallery/copied');
    await moveTo('Mere/trip', 'Gallery/trip');
    assert.equal(await sizeOf('Gallery/trip'), 2 * JPEG.length);
    assert.equal(await sizeOf('Gallery/copied'), 2 * JPEG.length);
  });

  it('judges a tree that is copied in steps by what was copied', async function () {
    this.timeout(60_000);
    await test.mkcol('ann', 'Mere/many');
    await Promise.all(Array.from({ length: 1100 }, (_, index) => put(`Mere/many/${index}.png`, PNG)));
    const { store } = test.core;
    const run = store.run.bind(store);
    let isAdded = false;
    // Somebody adds a file where the copy has yet to come.
    store.run = async (name: never, args: never) => {
      const result = await run(name, args);
      if (name === 'startCopy' && !isAdded) {
        isAdded = true;
        await put('Mere/many/z.png', PDF);
      }
      return result;
    };
    await refused(copyTo('Mere/many', 'Gallery/many'), /"z\.png" is a PDF document/);
    store.run = run;
    assert.equal(await sizeOf('Gallery/many'), undefined);
    await refused(copyTo('Mere/many', 'Gallery/many'), /"z\.png"/);
    await trash(test.core, ann(), path('Mere/many/z.png'), NO_CONDITIONS);
    await copyTo('Mere/many', 'Gallery/many');
    assert.equal(await sizeOf('Gallery/many'), 1100 * PNG.length);
  });

  it('looks again at a tree that changes while it is looked at, and gives up at last', async () => {
    await test.mkcol('ann', 'Mere/busy');
    await put('Mere/busy/a.png', PNG);
    const { folderRules } = test.core.store;
    const list = folderRules.listMembers.bind(folderRules);
    let writes = 0;
    let most = 2;
    folderRules.listMembers = async (...args) => {
      const members = await list(...args);
      if (writes++ < most) await put(`Mere/busy/${writes}.png`, PNG);
      return members;
    };
    await moveTo('Mere/busy', 'Gallery/busy');
    assert.equal(writes, 3);
    await moveTo('Gallery/busy', 'Mere/busy');
    most = Infinity;
    await assert.rejects(moveTo('Mere/busy', 'Gallery/busy'), { code: 'busy' });
    folderRules.listMembers = list;
    // A wrong file that comes after its folder was read is found, too.
    folderRules.listMembers = async (...args) => {
      const members = await list(...args);
      folderRules.listMembers = list;
      await put('Mere/busy/wrong.png', PDF);
      return members;
    };
    await refused(moveTo('Mere/busy', 'Gallery/busy'), /wrong/);
  });

  it('lets nothing back from the trash that it would not take; it stays there, and may go elsewhere', async () => {
    await set('Gallery', {}, false);
    const nodeId = await put('Gallery/report.jpg', PDF);
    await trash(test.core, ann(), path('Gallery/report.jpg'), NO_CONDITIONS);
    await set('Gallery', {}, true);
    await refused(restoreTrash(test.core, ann(), nodeId), /PDF/);
    for await (const page of listTrash(test.core, ann()))
      assert.deepEqual(
        page.map(({ node }) => node.id),
        [nodeId],
      );
    await restoreTrashTo(test.core, ann(), nodeId, path('Mere/report.jpg'));
    assert.equal(await sizeOf('Mere/report.jpg'), PDF.length);
  });

  it('lets no version back that it would not take', async () => {
    await set('Gallery', {}, false);
    await put('Gallery/photo.jpg', PDF);
    await put('Gallery/photo.jpg', JPEG);
    await put('Gallery/photo.jpg', PNG);
    await set('Gallery', {}, true);
    const [jpeg, pdf] = await listVersions(test.core, ann(), path('Gallery/photo.jpg'));
    const restore = (id: number) => restoreVersion(test.core, ann(), path('Gallery/photo.jpg'), id);
    await refused(restore(pdf!.id), /PDF/);
    assert.equal(await sizeOf('Gallery/photo.jpg'), PNG.length);
    await forget('Gallery/photo.jpg');
    await refused(restore(pdf!.id), /PDF/);
    await restore(jpeg!.id);
    assert.equal(await sizeOf('Gallery/photo.jpg'), JPEG.length);
  });
});
