import type { ApiCall, ApiClient } from '../../../support/api-client.ts';
import { encodePath, type DavClient, type RequestOptions } from '../../../support/dav-client.ts';
import { lockBody } from '../../../support/dav-xml.ts';
import type { Deed, Verdict } from './stated.ts';

/** Longer than what was there, so that it would show. */
const INTRUDER = 'of somebody who came later';

/**
 * Where a deed is to be done: a folder that was made for it alone, with `f.txt`, `s.txt` and `d/in.txt`; for those in the
 * trash something lies there that its owner deleted.
 */
export interface Site {
  /** As the one who asks sees it. */
  readonly path: string;
  readonly trashId?: number | undefined;
  /** Ids of the folder, of `f.txt` and of `d`: asked for by them, where no path leads there. */
  readonly ids?: { readonly folder: number; readonly file: number; readonly subfolder: number };
}

const PROPERTIES =
  '<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop><x xmlns="urn:x">1</x></D:prop></D:set></D:propertyupdate>';

type DavDeed = readonly [method: string, name: string, options?: RequestOptions & { to?: string }];

const DAV_DEEDS: Partial<Record<Deed, DavDeed>> = {
  read: ['GET', 'f.txt'],
  list: ['PROPFIND', '', { headers: { depth: '1' } }],
  'add file': ['PUT', 'new.txt', { body: INTRUDER }],
  'add folder': ['MKCOL', 'new'],
  'copy beside': ['COPY', 'f.txt', { to: 'copy.txt' }],
  write: ['PUT', 'f.txt', { body: INTRUDER }],
  'set properties': ['PROPPATCH', 'f.txt', { body: PROPERTIES }],
  lock: ['LOCK', 'f.txt', { body: lockBody(), headers: { timeout: 'Second-1' } }],
  'replace by copy': ['COPY', 's.txt', { to: 'f.txt' }],
  'replace by move': ['MOVE', 's.txt', { to: 'f.txt' }],
  rename: ['MOVE', 'f.txt', { to: 'renamed.txt' }],
  'move away': ['MOVE', 'f.txt', { to: 'd/moved.txt' }],
  delete: ['DELETE', 'f.txt'],
  'delete folder': ['DELETE', 'd'],
  'delete folder with things of others': ['DELETE', 'd'],
};

const API_DEEDS: Partial<Record<Deed, (site: Site) => readonly [id: string, call: ApiCall]>> = {
  read: (site) => ['downloadFile', { query: where(site, 'file') }],
  list: (site) => ['listFiles', { query: where(site, 'folder') }],
  'add file': ({ path }) => ['uploadFile', { query: { path: `${path}/new.txt` }, content: INTRUDER }],
  'add folder': ({ path }) => ['createFolder', { body: { path: `${path}/new` } }],
  'copy beside': (site) => ['copyFile', { body: { ...where(site, 'file'), to: `${site.path}/copy.txt` } }],
  write: (site) => ['uploadFile', { query: where(site, 'file'), content: INTRUDER }],
  'replace by copy': ({ path }) => [
    'copyFile',
    { body: { path: `${path}/s.txt`, to: `${path}/f.txt`, onConflict: 'replace' } },
  ],
  'replace by move': ({ path }) => [
    'moveFile',
    { body: { path: `${path}/s.txt`, to: `${path}/f.txt`, onConflict: 'replace' } },
  ],
  rename: (site) => ['renameFile', { body: { ...where(site, 'file'), name: 'renamed.txt' } }],
  'move away': (site) => ['moveFile', { body: { ...where(site, 'file'), to: `${site.path}/d/moved.txt` } }],
  delete: (site) => ['deleteFile', { query: where(site, 'file') }],
  'delete folder': (site) => ['deleteFile', { query: where(site, 'subfolder') }],
  'delete folder with things of others': (site) => ['deleteFile', { query: where(site, 'subfolder') }],
};

/** What shows something of a file or a folder, besides its content and its members. */
const LOOKS: readonly ((site: Site) => readonly [id: string, call: ApiCall])[] = [
  (site) => ['getFile', { query: where(site, 'file') }],
  (site) => ['listFiles', { query: { ...where(site, 'folder'), offset: 1 } }],
  (site) => ['listFiles', { query: { ...where(site, 'folder'), around: 1 } }],
  (site) => ['downloadArchive', { query: where(site, 'folder') }],
  (site) => ['prepareArchive', { body: manyOf(site) }],
  (site) => ['previewFile', { query: { ...where(site, 'file'), size: 256 } }],
  (site) => ['listVersions', { query: where(site, 'file') }],
  (site) => ['listLocks', { query: where(site, 'file') }],
  (site) => ['keepPosition', { query: where(site, 'file'), body: { positionMs: 1 } }],
  (site) => ['getPosition', { query: where(site, 'file') }],
  (site) => ['forgetPosition', { query: where(site, 'file') }],
  ({ path }) => ['listActivity', { query: { below: `${path}/f.txt` } }],
];

const BULK_DEEDS: Partial<Record<Deed, (site: Site) => object>> = {
  'copy among many': (site) => ({ action: 'copy', ...where(site, 'file'), to: `${site.path}/copy.txt` }),
  'move among many': (site) => ({ action: 'move', ...where(site, 'file'), to: `${site.path}/d/moved.txt` }),
  'delete among many': (site) => ({ action: 'delete', ...where(site, 'file') }),
  'restore among many': ({ trashId }) => ({ action: 'restore', trashId }),
  'purge among many': ({ trashId }) => ({ action: 'purge', trashId }),
};

const IN_STEPS: readonly Deed[] = ['restore version', 'delete version', 'look at in every way', 'break lock'];

const NAMES = { folder: '', file: '/f.txt', subfolder: '/d' };

function where({ path, ids }: Site, what: keyof typeof NAMES): { id: number } | { path: string } {
  return ids ? { id: ids[what] } : { path: path + NAMES[what] };
}

function manyOf({ path, ids }: Site): { ids: number[] } | { paths: string[] } {
  return ids ? { ids: [ids.file] } : { paths: [`${path}/f.txt`] };
}

/** Deeds that an edge knows; those that have to name a place that is hidden cannot even be asked for there. */
export function isPossible(edge: 'WebDAV' | 'API', deed: Deed, byId: boolean): boolean {
  if (edge === 'WebDAV') return DAV_DEEDS[deed] !== undefined;
  if (IN_STEPS.includes(deed) || BULK_DEEDS[deed] !== undefined) return true;
  return API_DEEDS[deed] !== undefined && (!byId || !/^add|^replace/.test(deed));
}

function verdictOf(status: number): Verdict | number {
  if (status >= 200 && status < 300) return 'done';
  return status === 403 ? 'refused' : status === 404 ? 'hidden' : status;
}

/** What became of a deed over WebDAV; a status where that is none of what may be. */
export async function doByDav(client: DavClient, { path }: Site, deed: Deed): Promise<Verdict | number> {
  const known = DAV_DEEDS[deed];
  if (!known) throw new Error(`WebDAV knows no way to ${deed}`);
  const [method, name, { to, ...options } = {}] = known;
  const base = path.replace(/^\//, '');
  const full = [base, name].filter((part) => part !== '').join('/');
  const destination =
    to === undefined ? {} : { destination: `/dav/${encodePath([base, to].filter(Boolean).join('/'))}` };
  const headers = { ...options.headers, ...destination };
  const { status, headers: answered } = await client.request(method, full, { ...options, headers });
  const token = answered['lock-token'];
  if (token !== undefined) await client.request('UNLOCK', full, { headers: { 'lock-token': String(token) } });
  return verdictOf(status);
}

/** The same over the API, which is held to its document besides. */
export async function doByApi(client: ApiClient, site: Site, deed: Deed): Promise<string | number> {
  if (deed === 'restore version' || deed === 'delete version') return changeVersion(client, site, deed);
  if (deed === 'look at in every way') return lookAt(client, site);
  if (deed === 'break lock') return endLock(client, site);
  const operation = BULK_DEEDS[deed]?.(site);
  if (operation) return changeAmongMany(client, operation);
  const known = API_DEEDS[deed];
  if (!known) throw new Error(`the API knows no way to ${deed}`);
  return verdictOf((await client.call(...known(site))).status);
}

async function changeVersion(client: ApiClient, site: Site, deed: Deed): Promise<Verdict | number> {
  const query = where(site, 'file');
  const { status, body } = await client.call('listVersions', { query });
  if (status !== 200) return verdictOf(status);
  const params = { id: body.items[0].id };
  const id = deed === 'restore version' ? 'restoreVersion' : 'deleteVersion';
  return verdictOf((await client.call(id, { params, query })).status);
}

/** What all of them say; which says what where they do not agree. */
async function lookAt(client: ApiClient, site: Site): Promise<string> {
  const said = new Map<Verdict | number, string[]>();
  for (const look of LOOKS) {
    const [id, call] = look(site);
    const { status, body } = await client.call(id, call);
    // That there is no picture of a text, one is told who may read it.
    const verdict = body?.code === 'no-preview' ? 'done' : verdictOf(status);
    said.set(verdict, [...(said.get(verdict) ?? []), id]);
  }
  const [[verdict] = []] = said;
  const isOne = said.size === 1 && typeof verdict === 'string';
  return isOne ? verdict : [...said].map(([one, ids]) => `${one}: ${ids.join(' ')}`).join(', ');
}

async function changeAmongMany(client: ApiClient, operation: object): Promise<Verdict | number> {
  const { status, body } = await client.call('changeFiles', { body: { operations: [operation] } });
  if (status !== 200) return status;
  const [{ isDone, problem }] = body.results;
  if (isDone) return 'done';
  return problem.code === 'forbidden' ? 'refused' : problem.code === 'not-found' ? 'hidden' : problem.code;
}

/** That which its owner took on the file. */
async function endLock(client: ApiClient, site: Site): Promise<Verdict | number> {
  const query = where(site, 'file');
  const { status, body } = await client.call('listLocks', { query });
  if (status !== 200) return verdictOf(status);
  return verdictOf((await client.call('breakLock', { query: { ...query, lock: body.items[0].id } })).status);
}
