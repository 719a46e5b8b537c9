import assert from 'node:assert/strict';
import { violationOf } from '../../../ui/src/uploads/folder-rules.ts';
import { freeName, tellingName } from '../../../ui/src/uploads/names.ts';
import { Pace } from '../../../ui/src/uploads/pace.ts';
import { interruptedOf, isAgain, isOf, recordsOf } from '../../../ui/src/uploads/records.ts';
import { uploadItem } from '../../../ui/src/uploads/upload-item.ts';

describe('names of uploads', () => {
  const now = new Date(2026, 10, 21, 9, 5, 7);
  const cases: [name: string, want: string][] = [
    ['image.png', 'Pasted 2026-11-21 09.05.07.png'],
    ['image.jpeg', 'Pasted 2026-11-21 09.05.07.jpeg'],
    ['', 'Pasted 2026-11-21 09.05.07'],
    ['IMG_1234.HEIC', 'IMG_1234.HEIC'],
    ['my image.png', 'my image.png'],
  ];
  for (const [name, want] of cases) {
    it(`calls ${name || 'what has no name'} ${want}`, () => assert.equal(tellingName({ name }, 'Pasted', now), want));
  }

  it('are the first that is free', () => {
    assert.equal(
      freeName('a', (name) => ['a (2)', 'a (3)'].includes(name)),
      'a (4)',
    );
  });
});

describe('rules of folders', () => {
  const rules = { allowExtensions: [], refuseExtensions: [], maxFileBytes: undefined, isTyped: false };
  const cases: [what: string, rule: Parameters<typeof violationOf>[0], name: string, want: string | undefined][] = [
    ['refused endings', { ...rules, refuseExtensions: ['exe'] }, 'SETUP.EXE', 'refuseExtensions'],
    ['endings that Windows takes off', { ...rules, refuseExtensions: ['exe'] }, 'setup.exe. ', 'refuseExtensions'],
    ['endings of two parts', { ...rules, allowExtensions: ['tar.gz'] }, 'a.tar.gz', undefined],
    ['other endings than the allowed', { ...rules, allowExtensions: ['jpg'] }, 'jpg', 'allowExtensions'],
    ['files that are too large', { ...rules, maxFileBytes: 9 }, 'a', 'maxFileBytes'],
    ['files that just fit', { ...rules, maxFileBytes: 10 }, 'a', undefined],
  ];
  for (const [what, rule, name, want] of cases) {
    it(`know ${what}`, () => assert.equal(violationOf(rule, { name, size: 10 })?.rule, want));
  }
});

describe('speed and time left', () => {
  it('are known after a moment, and even', () => {
    const pace = new Pace();
    for (let at = 0; at <= 4000; at += 200) pace.see(at, { bytes: at * 1000, share: at / 10_000 });
    assert.ok(Math.abs((pace.bytesPerSecond ?? 0) - 1e6) < 1);
    assert.ok(Math.abs((pace.secondsLeft ?? 0) - 6) < 0.01);
  });

  it('are not said at once, nor after a pause', () => {
    const pace = new Pace();
    pace.see(0, { bytes: 0, share: 0 });
    pace.see(1000, { bytes: 9, share: 0.1 });
    assert.equal(pace.bytesPerSecond, undefined);
    pace.see(3000, { bytes: 9, share: 0.2 });
    pace.rest();
    assert.equal(pace.secondsLeft, undefined);
  });

  it('follow a change within seconds, and are not shaken by a moment', () => {
    const pace = new Pace();
    let bytes = 0;
    const run = (from: number, to: number, perMs: number): void => {
      for (let at = from; at < to; at += 200) pace.see(at, { bytes: (bytes += 200 * perMs), share: 0 });
    };
    run(0, 10_000, 100);
    run(10_000, 10_400, 0);
    assert.ok((pace.bytesPerSecond ?? 0) > 85_000);
    run(10_400, 30_000, 10);
    assert.ok((pace.bytesPerSecond ?? 0) < 15_000);
  });
});

describe('records of uploads', () => {
  const batch = { id: 'b', folder: '/to', names: ['a', 'b'], isTyped: false };
  const file = new File(['xx'], 'a', { lastModified: 5 });
  const upload = {
    id: '1',
    location: '/u/1',
    state: 'receiving' as const,
    path: '/to/a',
    sizeBytes: 2,
    receivedBytes: 1,
    metadata: { modifiedAt: '5' },
    createdAt: '2026-01-01T00:00:00.000Z',
    touchedAt: '2026-01-01T00:00:00.000Z',
  };
  const nowMs = Date.parse(upload.touchedAt);

  it('say what is left and where it goes on, and nothing of what is over', () => {
    const items = ['a', 'b'].map((name) => uploadItem(batch, { folder: '/to', name, file, location: `/u/${name}` }));
    items[1]!.state = 'done';
    const [record] = recordsOf(items, 'ann');
    assert.deepEqual([record?.total, record?.done, record?.locations, record?.hasFolders], [2, 1, ['/u/a'], false]);
    items[0]!.state = 'cancelled';
    assert.deepEqual(recordsOf(items, 'ann'), []);
  });

  it('leave out what another tab sends, and single files of which nothing came', () => {
    const record = { id: 'b', user: 'ann', folder: '/to', names: ['a'], hasFolders: false, total: 1, done: 0 };
    const list = (locations: string[], busy: string[]) =>
      interruptedOf([{ ...record, locations }], [upload], { busy: new Set(busy), nowMs }).length;
    assert.deepEqual([list(['/u/1'], []), list(['/u/1'], ['b']), list(['/u/gone'], [])], [1, 0, 0]);
  });

  it('are not needed for what lay for a while', () => {
    const found = (at: number) => interruptedOf([], [upload], { busy: new Set(), nowMs: at });
    assert.deepEqual(found(nowMs + 60_000), []);
    assert.deepEqual(found(nowMs + 3_600_000)[0]?.names, ['a']);
  });

  it('know the file and the folder again', () => {
    assert.ok(isOf(upload, { size: 2, lastModified: 5 }));
    assert.ok(!isOf(upload, { size: 2, lastModified: 6 }));
    assert.ok(isAgain(batch, { folder: '/to', names: ['b', 'a'] }));
    assert.ok(!isAgain(batch, { folder: '/', names: ['b', 'a'] }));
    assert.ok(!isAgain(batch, { folder: '/to', names: ['b'] }));
  });
});
