import assert from 'node:assert/strict';
import { isEmpty, NO_SEARCH, queryOf, readSearch, searchAddress, type Search } from '../../../ui/src/search/filters.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');

describe('what is searched for, in addresses', () => {
  const cases: [search: Partial<Search>, address: string][] = [
    [{}, '/search'],
    [{ text: 'a b&c' }, '/search?q=a+b%26c'],
    [{ text: 'plan', type: 'image', below: '/Mere/A b' }, '/search?q=plan&type=image&below=%2FMere%2FA+b'],
    [{ type: 'folder', place: 'home' }, '/search?type=folder&in=home'],
    [{ size: 'over-1gb', changed: 'week' }, '/search?size=over-1gb&changed=week'],
    [
      { changed: 'between', from: '2026-01-01', to: '2026-02-01' },
      '/search?changed=between&from=2026-01-01&to=2026-02-01',
    ],
  ];
  for (const [search, address] of cases) {
    it(`${address} is written and read`, () => {
      assert.equal(searchAddress({ ...NO_SEARCH, ...search }), address);
      assert.deepEqual(readSearch(new URLSearchParams(address.split('?')[1] ?? '')), { ...NO_SEARCH, ...search });
    });
  }

  it('leaves out what makes no sense', () => {
    const query = new URLSearchParams('q=x&type=nonsense&size=12&changed=never&from=yesterday&to=2026-13-45');
    assert.deepEqual(readSearch(query), { ...NO_SEARCH, text: 'x' });
  });

  it('asks for nothing without words and filters', () => {
    assert.ok(isEmpty({ ...NO_SEARCH, text: '  ' }));
    assert.ok(isEmpty({ ...NO_SEARCH, changed: 'between' }));
    assert.ok(!isEmpty({ ...NO_SEARCH, type: 'video' }));
    assert.ok(!isEmpty({ ...NO_SEARCH, changed: 'between', to: '2026-01-01' }));
  });
});

describe('what is searched for, as the API takes it', () => {
  const cases: [search: Partial<Search>, want: object][] = [
    [{ text: ' plan ' }, { q: 'plan' }],
    [{ type: 'folder' }, { q: '', kind: 'folder' }],
    [{ type: 'audio' }, { q: '', type: 'audio' }],
    [{ size: 'to-10mb' }, { q: '', minBytes: 1_000_000, maxBytes: 10_000_000 }],
    [{ changed: 'week' }, { q: '', modifiedAfter: '2026-11-14T12:00:00.000Z' }],
    [
      { place: 'Public', below: '/Public/A' },
      { q: '', space: 'Public', below: '/Public/A' },
    ],
    [{ from: '2026-01-01' }, { q: '' }],
  ];
  for (const [search, want] of cases) {
    it(JSON.stringify(search), () => assert.deepEqual(queryOf({ ...NO_SEARCH, ...search }, NOW), want));
  }

  it('days are those of the one who asks, both included', () => {
    const search: Search = { ...NO_SEARCH, changed: 'between', from: '2026-03-28', to: '2026-03-29' };
    assert.deepEqual(queryOf(search, NOW), {
      q: '',
      modifiedAfter: new Date(2026, 2, 28).toISOString(),
      modifiedBefore: new Date(2026, 2, 30).toISOString(),
    });
  });
});
