import assert from 'node:assert/strict';
import { NO_CONDITIONS } from '../../src/core/core.ts';
import { rulesAt, setPolicy } from '../../src/core/policies.ts';
import { putFile } from '../../src/core/transfer.ts';
import { restoreTrashTo, trash } from '../../src/core/trash.ts';
import { find, locate } from '../../src/core/tree.ts';
import { parsePlainPath as path } from '../../src/lib/node-path.ts';
import { MP4, PDF, PNG, PROGRAM, TEXT } from '../support/contents.ts';
import { TestCore } from '../support/test-core.ts';
import { grown, rulesScene } from './rules-scene.ts';

describe('a folder with rules', () => {
  let test: TestCore;
  beforeEach(async () => {
    test = await TestCore.open();
  });
  afterEach(() => test.close());
  const { ann, put, set, moveTo, copyTo, refused, forget, nothingIsLeft, offenders } = rulesScene(() => test);

  describe('on what was there before', () => {
    beforeEach(async () => {
      await test.mkcol('ann', 'Mere/old');
      await test.mkcol('ann', 'Mere/old/deep');
      await put('Mere/old/letter.pdf', PDF);
      await put('Mere/old/photo.png', PNG);
      await put('Mere/old/deep/setup.exe', PROGRAM);
      await put('Mere/old/deep/large.png', grown(PNG));
    });

    it('takes nothing away, and tells page by page what it would not take', async () => {
      assert.deepEqual(await offenders('Mere'), []);
      await set('Mere/old', { allowTypes: ['images'], maxFileBytes: 100_000 });
      const want = [
        'Mere/old/deep/large.png: maxFileBytes',
        'Mere/old/deep/setup.exe: allowTypes',
        'Mere/old/letter.pdf: allowTypes',
      ];
      assert.deepEqual(await offenders('Mere'), want);
      assert.deepEqual(await offenders('Mere', 1), want);
      assert.deepEqual(await offenders('Mere/old/deep'), want.slice(0, 2));
      await set('Mere/old/deep', { allowTypes: [], maxFileBytes: 0 });
      assert.deepEqual(await offenders('Mere'), want.slice(2));
    });

    it('lets it be moved about, renamed and overwritten with what is right beneath the same rules', async () => {
      await set('Mere/old', { allowTypes: ['images'], refuseExtensions: ['exe'] });
      await moveTo('Mere/old/letter.pdf', 'Mere/old/deep/paper.pdf');
      await moveTo('Mere/old/deep', 'Mere/old/deeper');
      await moveTo('Mere/old/deeper/paper.pdf', 'Mere/old/deeper/other.pdf');
      await refused(moveTo('Mere/old/photo.png', 'Mere/old/photo.exe'), /exe/);
      await refused(copyTo('Mere/old/deeper', 'Mere/old/copied'), /other\.pdf|setup\.exe/);
      await put('Mere/old/deeper/other.pdf', PNG);
      await refused(put('Mere/old/deeper/other.pdf', PDF), /PDF/);
      await moveTo('Mere/old', 'Mere/renamed');
      await moveTo('Mere/renamed', 'Temporary/renamed');
    });

    it('knows what content is that was stored before anybody looked, once that is asked for', async () => {
      const all = ['letter.pdf', 'photo.png', 'deep/setup.exe', 'deep/large.png'].map((name) => `Mere/old/${name}`);
      await forget(...all);
      await refused(moveTo('Mere/old/letter.pdf', 'Gallery/letter.jpg'), /PDF/);
      await refused(moveTo('Mere/old', 'Gallery/old'), /letter\.pdf|setup\.exe/);
      await moveTo('Mere/old/photo.png', 'Gallery/photo.png');
      await set('Mere/old', { refuseTypes: ['programs'] });
      await forget('Mere/old/deep/setup.exe');
      assert.deepEqual(await offenders('Mere'), ['Mere/old/deep/setup.exe: refuseTypes']);
    });
  });

  it('inherits rule by rule: the nearest folder that sets one decides, an empty one takes it away', async () => {
    await test.mkcol('ann', 'Gallery/raw');
    await test.mkcol('ann', 'Gallery/raw/any');
    await set('Gallery', { maxFileBytes: 100_000 });
    await set('Gallery/raw', { allowTypes: ['images', 'application/pdf'], refuseExtensions: [] });
    await set('Gallery/raw/any', { allowTypes: [], maxFileBytes: 0 });
    await put('Gallery/raw/paper.pdf', PDF);
    await refused(put('Gallery/raw/film.mp4', MP4), /^the folder "raw" takes only images and PDF documents/);
    await refused(put('Gallery/raw/huge.png', grown(PNG)), /^the folder "Gallery" takes files of at most 100000 bytes/);
    await put('Gallery/raw/any/setup.exe', grown(PROGRAM));
    const { rules } = await rulesAt(test.core, ann(), path('Gallery/raw'));
    assert.deepEqual(
      rules.map(({ rule, path: from }) => [rule, from?.segments.join('/')]),
      [
        ['refuseExtensions', 'Gallery/raw'],
        ['allowTypes', 'Gallery/raw'],
        ['maxFileBytes', 'Gallery'],
      ],
    );
  });

  it('takes folders with rules of their own along with all that is in them', async () => {
    await test.mkcol('ann', 'Mere/papers');
    await put('Mere/papers/letter.pdf', PDF);
    await set('Mere/papers', { allowTypes: ['documents'] });
    await refused(copyTo('Mere/papers', 'Gallery/copied'), /letter\.pdf/);
    await refused(moveTo('Mere/papers', 'Gallery/papers'), /no files named \*\.pdf/);
    await set('Mere/papers', { refuseExtensions: [] });
    await moveTo('Mere/papers', 'Gallery/papers');
    await put('Gallery/papers/other.pdf', PDF);
  });

  it('leaves the rules of a folder behind that comes to where its mover may not make any', async () => {
    const { core } = test;
    await test.mkcol('adam', 'Workspace/media');
    await setPolicy(core, test.as('adam'), path('Workspace/media'), {
      changes: { allowTypes: ['media'] },
      isEnabled: true,
    });
    for (const folder of ['full', 'bare']) {
      await test.mkcol('ann', `Mere/${folder}`);
      await test.mkcol('ann', `Mere/${folder}/deep`);
      await set(`Mere/${folder}`, { allowTypes: [] });
      await set(`Mere/${folder}/deep`, { allowTypes: [] });
    }
    await put('Mere/full/deep/setup.png', PROGRAM);
    await refused(moveTo('Mere/full', 'Workspace/media/full'), /Windows program/);
    await moveTo('Mere/bare', 'Workspace/media/bare');
    await refused(put('Workspace/media/bare/setup.png', PROGRAM), /the folder "media"/);
    await refused(put('Workspace/media/bare/deep/setup.png', PROGRAM), /the folder "media"/);
    await put('Mere/full/deep/letter.pdf', PDF);

    const { node } = await locate(core, ann(), path('Mere/full'));
    await trash(core, ann(), path('Mere/full'), NO_CONDITIONS);
    await refused(restoreTrashTo(core, ann(), node.id, path('Workspace/media/back')), /the folder "media"/);
    await restoreTrashTo(core, ann(), node.id, path('Workspace/back'));
    assert.equal((await rulesAt(core, ann(), path('Workspace/back'))).policy, undefined);
  });

  it('decides by size as early as it is known', async () => {
    await set('Mere', { maxFileBytes: 1000 });
    let pieces = 0;
    const sent = { pieceBytes: 500, onPiece: () => void (pieces += 1) };
    await refused(put('Mere/large', Buffer.alloc(200_000, 'x'), sent), /at most 1000 bytes; "large" is larger/);
    assert.equal(pieces, 0);
    await refused(put('Mere/large', Buffer.alloc(2_000_000, 'x'), { ...sent, isAnnounced: false }), /at most 1000/);
    assert.ok(pieces < 200_000 / 500, `${pieces} pieces were taken`);
    await refused(put('Mere/small', Buffer.alloc(1001, 'x'), { isAnnounced: false }), /at most 1000/);
    await put('Mere/right', Buffer.alloc(1000, 'x'));
    await nothingIsLeft();
  });

  it('decides by how a name ends, in any case, with several endings, and without one', async () => {
    await set('Mere', { allowExtensions: ['.JPG', 'tar.gz', 'jpg'] });
    for (const right of ['a.jpg', 'a.JPG', 'b.tar.gz', 'c.d.jpg']) await put(`Mere/${right}`, TEXT);
    for (const wrong of ['a.gz', 'jpg', 'ajpg', 'a.jpg.exe', '~$a.tmp']) {
      await refused(put(`Mere/${wrong}`, TEXT), /only files named \*\.jpg and \*\.tar\.gz/);
    }
  });

  it('is not slipped past by a rule that is made while the content comes', async () => {
    await test.mkcol('ann', 'Mere/soon');
    let isSet = false;
    const content = grown(PDF);
    async function* source() {
      yield content.subarray(0, 100_000);
      await set('Mere/soon', { allowTypes: ['media'] });
      isSet = true;
      yield content.subarray(100_000);
    }
    const body = { source: source(), sizeBytes: content.length, mediaType: '' };
    const how = { body, conditions: NO_CONDITIONS, signal: new AbortController().signal };
    await refused(putFile(test.core, ann(), await find(test.core, ann(), path('Mere/soon/x')), how), /PDF/);
    assert.ok(isSet);
    await nothingIsLeft();
  });

  it('holds at once when it is switched on, off, changed or moved', async () => {
    await test.mkcol('ann', 'Mere/a');
    await set('Mere/a', { allowTypes: ['images'] });
    await refused(put('Mere/a/x', grown(PDF)), /PDF/);
    await set('Mere/a', {}, false);
    await put('Mere/a/x', grown(PDF));
    await set('Mere/a', { allowTypes: ['application/pdf'] }, true);
    await put('Mere/a/x', grown(PDF));
    await refused(put('Mere/a/y', PNG), /PDF documents/);
    await moveTo('Mere/a', 'Special/a');
    await refused(put('Special/a/y', PNG), /PDF documents/);
    await setPolicy(test.core, ann(), path('Special/a'), { changes: {}, unset: ['allowTypes'], isEnabled: undefined });
    await put('Special/a/y', PNG);
    await setPolicy(test.core, ann(), path('Special/a'), { preset: 'gallery', changes: {}, isEnabled: undefined });
    await refused(put('Special/a/z', PDF), /images, audio and video/);
    const replacement = { changes: { maxFileBytes: 10 }, replaces: true, isEnabled: undefined };
    await setPolicy(test.core, ann(), path('Special/a'), replacement);
    await refused(put('Special/a/z', PDF), /at most 10 bytes/);
  });

  it('refuses rules that mean nothing', async () => {
    for (const changes of [
      { allowTypes: ['pictures'] },
      { refuseTypes: ['*/*'] },
      { allowExtensions: ['a/b'] },
      { refuseExtensions: [''] },
      { maxFileBytes: 1.5 },
      { allowTypes: Array.from({ length: 101 }, (_, index) => `image/x-${index}`) },
    ]) {
      await assert.rejects(set('Mere', changes), { code: 'bad-request' });
    }
  });

  it('costs no statement where there are no rules, and none before a refusal that is known early', async () => {
    const { store } = test.core;
    await put('Mere/a.png', PNG);
    await put('Gallery/a.png', PNG);
    const count = async (work: () => Promise<unknown>) => {
      const before = store.statementCount;
      await work();
      return store.statementCount - before;
    };
    const counts = {
      create: await count(() => put('Mere/b.png', PNG)),
      createInRules: await count(() => put('Gallery/b.png', PNG)),
      overwrite: await count(() => put('Mere/b.png', PNG)),
      overwriteInRules: await count(() => put('Gallery/b.png', PNG)),
      move: await count(() => moveTo('Mere/b.png', 'Mere/c.png')),
      copy: await count(() => copyTo('Mere/c.png', 'Mere/d.png')),
    };
    assert.equal(counts.createInRules, counts.create);
    assert.equal(counts.overwriteInRules, counts.overwrite);
    const refusal = await count(() => refused(put('Gallery/x.png', PDF), /PDF/));
    const lookup = await count(() => find(test.core, ann(), path('Gallery/x.png')));
    assert.equal(refusal, lookup);
  });
});
