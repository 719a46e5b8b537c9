import assert from 'node:assert/strict';
import type { Check } from './check.ts';
import { Fault, type ControlPoint } from './control-point.ts';

const FILM = 'Bunny & <Friends> é';

async function titles(point: ControlPoint, criteria: string): Promise<string[]> {
  const { shown } = await point.search(criteria);
  return [...new Set(shown.map(({ title }) => title))];
}

async function assertFault(code: number, asked: Promise<unknown>): Promise<void> {
  await assert.rejects(asked, (error) => {
    assert.ok(error instanceof Fault, String(error));
    assert.equal(error.code, code);
    return true;
  });
}

const ONE = {
  BrowseFlag: 'BrowseDirectChildren',
  Filter: '*',
  StartingIndex: '0',
  RequestedCount: '0',
  SortCriteria: '',
};

/** Searching, and what is said to what makes no sense. */
export const ASKING: readonly Check[] = [
  {
    name: 'a film found by its exact title, `Bunny & <Friends> é`',
    run: async ({ point }) => {
      assert.deepEqual(await titles(point, `dc:title = "${FILM}"`), [FILM]);
    },
  },
  {
    name: 'films found by part of a title, class, and both; all by `*`',
    run: async ({ point, gupnp }) => {
      const isVideo = 'upnp:class derivedfrom "object.item.videoItem"';
      assert.deepEqual(await titles(point, `${isVideo} and dc:title contains "friends"`), [FILM]);
      assert.ok((await titles(point, isVideo)).length >= 4);
      assert.ok((await titles(point, '*')).includes(FILM));
      assert.ok((await gupnp.search(`${isVideo} and dc:title contains "Bunny"`)).includes(FILM));
    },
  },
  {
    name: 'a search that cannot be understood, or is nowhere: 708, 710',
    run: async ({ point }) => {
      await assertFault(708, point.search('dc:title ~ 5 and'));
      await assertFault(710, point.search('*', { ContainerID: 'nowhere' }));
    },
  },
  {
    name: 'an action that there is not: 401',
    run: ({ point }) => assertFault(401, point.act('directory', 'Destroy', {})),
  },
  {
    name: 'an action of another service: 401',
    run: ({ point }) => assertFault(401, point.act('directory', 'GetProtocolInfo', {}, { as: 'connections' })),
  },
  {
    name: 'an argument that is missing: 402',
    run: ({ point }) => assertFault(402, point.act('directory', 'Browse', { BrowseFlag: 'BrowseDirectChildren' })),
  },
  {
    name: 'an argument that should be a number: 402',
    run: ({ point }) =>
      assertFault(402, point.act('directory', 'Browse', { ObjectID: '0', ...ONE, StartingIndex: 'first' })),
  },
  {
    name: 'an object that there is not: 701',
    run: ({ point }) => assertFault(701, point.browse('nowhere')),
  },
  {
    name: 'a connection that there is not: 706',
    run: ({ point }) => assertFault(706, point.act('connections', 'GetCurrentConnectionInfo', { ConnectionID: '7' })),
  },
  {
    name: 'a DOCTYPE refused',
    run: async ({ point }) => {
      const body =
        '<?xml version="1.0"?><!DOCTYPE s [<!ENTITY id "0">]><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">' +
        '<s:Body><u:Browse xmlns:u="urn:schemas-upnp-org:service:ContentDirectory:1"><ObjectID>&id;</ObjectID>' +
        '<BrowseFlag>BrowseDirectChildren</BrowseFlag><Filter>*</Filter><StartingIndex>0</StartingIndex>' +
        '<RequestedCount>0</RequestedCount><SortCriteria></SortCriteria></u:Browse></s:Body></s:Envelope>';
      await assert.rejects(point.act('directory', 'Browse', {}, { body }));
    },
  },
];
