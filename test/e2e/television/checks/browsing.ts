import assert from 'node:assert/strict';
import { childElements } from '../../../../src/http/xml/element.ts';
import type { Check } from './check.ts';
import { textIn, type ControlPoint, type Shown } from './control-point.ts';

const FILM = 'Bunny & <Friends> é';
const NEEDED = /(?:^|;)DLNA\.ORG_OP=01;DLNA\.ORG_CI=0;DLNA\.ORG_FLAGS=01700000/;

/** All that is in the container with most in it. */
async function fullest(point: ControlPoint): Promise<{ container: Shown; inside: readonly Shown[] }> {
  const containers = (await point.walk()).filter(({ isContainer }) => isContainer);
  const [container] = containers.toSorted((one, other) => (other.childCount ?? 0) - (one.childCount ?? 0));
  assert.ok(container);
  return { container, inside: (await point.browse(container.id)).shown };
}

async function pages(point: ControlPoint, id: string, count: number): Promise<string[]> {
  const found: string[] = [];
  for (;;) {
    const page = await point.browse(id, { StartingIndex: String(found.length), RequestedCount: String(count) });
    assert.equal(page.returned, page.shown.length);
    found.push(...page.shown.map((each) => each.id));
    if (found.length >= page.total || page.returned === 0) return found;
  }
}

async function videos(point: ControlPoint): Promise<Shown[]> {
  const items = (await point.walk()).filter(({ isContainer }) => !isContainer);
  const films = items.filter(({ resources: [first] }) => first?.attributes['protocolInfo']?.includes(':video/'));
  assert.ok(films.length > 0);
  return films;
}

/** Containers, pages and what is told of films. */
export const BROWSING: readonly Check[] = [
  {
    name: 'all containers browsed by GUPnP',
    run: async ({ gupnp }) => {
      const titles = (await gupnp.walk()).filter(({ isContainer }) => !isContainer).map(({ title }) => title);
      assert.ok(titles.includes(FILM), titles.join());
    },
  },
  {
    name: 'parentID and childCount true',
    run: async ({ point }) => {
      const look = async (id: string, told: number | undefined): Promise<void> => {
        const { shown, total } = await point.browse(id);
        if (told !== undefined) assert.equal(told, total, `childCount of ${id}`);
        for (const each of shown) {
          assert.equal(each.parentId, id, `parentID of ${each.id}`);
          if (each.isContainer) await look(each.id, each.childCount);
        }
      };
      await look('0', undefined);
    },
  },
  {
    name: 'pages exact, of one and of three',
    run: async ({ point }) => {
      const { container, inside } = await fullest(point);
      const ids = inside.map(({ id }) => id);
      assert.ok(ids.length >= 4);
      assert.deepEqual(await pages(point, container.id, 1), ids);
      assert.deepEqual(await pages(point, container.id, 3), ids);
    },
  },
  {
    name: 'RequestedCount 4294967295 taken for all',
    run: async ({ point }) => {
      const { container, inside } = await fullest(point);
      const { shown, total } = await point.browse(container.id, { RequestedCount: '4294967295' });
      assert.deepEqual([shown.length, total], [inside.length, inside.length]);
    },
  },
  {
    name: 'metadata of each object the same as in its list',
    run: async ({ point }) => {
      const { inside } = await fullest(point);
      for (const { id, parentId, title } of inside) {
        const { shown, total } = await point.browse(id, { BrowseFlag: 'BrowseMetadata' });
        assert.deepEqual(
          [total, ...shown.map((each) => [each.id, each.parentId, each.title])],
          [1, [id, parentId, title]],
        );
      }
    },
  },
  {
    name: 'a Filter of `res@size` alone gives the size, and nothing that was not asked for',
    run: async ({ point }) => {
      const { id } = await point.film('Bunny');
      const { shown } = await point.browse(id, { BrowseFlag: 'BrowseMetadata', Filter: 'res@size' });
      const { attributes } = shown[0]?.resources[0] ?? {};
      assert.deepEqual(Object.keys(attributes ?? {}).toSorted(), ['protocolInfo', 'size']);
      assert.equal(shown[0]?.albumArt, undefined);
    },
  },
  {
    name: 'a key of sorting that it does not know gives 709 or all, never an empty list',
    run: async ({ point }) => {
      const { container, inside } = await fullest(point);
      const { shown } = await point.browse(container.id, { SortCriteria: '+x:unknown' }).catch((error: unknown) => {
        assert.equal((error as { code?: number }).code, 709);
        return { shown: inside };
      });
      assert.equal(shown.length, inside.length);
    },
  },
  {
    name: 'OP, CI and FLAGS for each film, MKV too',
    run: async ({ point }) => {
      for (const { title, resources } of await videos(point)) {
        const info = resources[0]?.attributes['protocolInfo'] ?? '';
        assert.match(info.split(':')[3] ?? '', NEEDED, `${title}: ${info}`);
      }
    },
  },
  {
    name: 'size, duration and resolution of each film',
    run: async ({ point }) => {
      for (const { title, resources } of await videos(point)) {
        const { size, duration, resolution } = resources[0]?.attributes ?? {};
        assert.match(size ?? '', /^\d+$/, title);
        assert.match(duration ?? '', /^\d+:[0-5]\d:[0-5]\d\.\d{3}$/, title);
        assert.equal(resolution, '320x180', title);
      }
    },
  },
  {
    name: 'a picture of each film: JPEG_TN, at most 160 × 160, its address ends with .jpg',
    run: async ({ point }) => {
      for (const { title, albumArt } of await videos(point)) {
        assert.ok(albumArt, `${title} has none`);
        assert.equal(albumArt.profile, 'JPEG_TN');
        assert.match(albumArt.url, /\.jpg$/);
        const { status, body } = await point.ask(albumArt.url);
        assert.equal(status, 200, title);
        const { width, height } = jpegSize(body);
        assert.ok(width <= 160 && height <= 160, `${width} × ${height}`);
      }
    },
  },
  {
    name: 'a Samsung set told of the containers that it asks for, and they can be browsed',
    run: async ({ point }) => {
      const { FeatureList: list = '' } = await point.act('directory', 'X_GetFeatureList', {});
      const ids = [...list.matchAll(/<container [^>]*id="([^"]+)"/g)].map(([, id = '']) => id);
      assert.ok(ids.length > 0, list);
      for (const id of ids) await point.browse(id);
    },
  },
  {
    name: 'a bookmark of a Samsung set is told to it again',
    run: async ({ point }) => {
      const asked = { headers: { 'user-agent': 'DLNADOC/1.50 SEC_HHP_[TV] Samsung Q7 Series (65)/1.0' } };
      const { id } = await point.film('Second', asked);
      const args = { CategoryType: '', RID: '', ObjectID: id, PosSecond: '8000' };
      await point.act('directory', 'X_SetBookmark', args, asked);
      const { shown } = await point.browse(id, { BrowseFlag: 'BrowseMetadata' }, asked);
      const told = shown.flatMap(({ element }) => childElements(element)).map((each) => textIn(each, 'dcmInfo'));
      assert.match(told.join(), /BM=8\d*/);
    },
  },
  {
    name: 'an Xbox or Windows Media Player told that it may',
    run: async ({ point }) => {
      assert.equal((await point.act('registrar', 'IsAuthorized', { DeviceID: '' }))['Result'], '1');
      assert.equal((await point.act('registrar', 'IsValidated', { DeviceID: '' }))['Result'], '1');
    },
  },
];

/** From the frame header of a JPEG. */
function jpegSize(bytes: Buffer): { width: number; height: number } {
  for (let at = 2; at < bytes.length - 9; at += 2 + bytes.readUInt16BE(at + 2)) {
    const marker = bytes.readUInt16BE(at);
    if (marker >= 0xffc0 && marker <= 0xffc2)
      return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
  }
  throw new Error('no JPEG');
}
