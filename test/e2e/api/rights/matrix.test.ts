import assert from 'node:assert/strict';
import { ROLES, type Role } from '../../../../src/core/actor.ts';
import { lockBody } from '../../../support/dav-xml.ts';
import { describeOnDatabases } from '../../../support/databases.ts';
import { startServer, type TestServer } from '../../../support/server.ts';
import { doByApi, doByDav, isPossible, type Site } from './edges.ts';
import { DEEDS, PLACES, statedVerdict, type Deed, type Place, type Verdict } from './stated.ts';
import { accessOf, CREDENTIALS, NAME_OF, OTHER, RightsWorld, type Credential } from './world.ts';

/** By day each right once in person and as each kind of app password leaves it; by night the whole product. */
const IS_WHOLE = process.env['NOSOCIAL_TEST_RIGHTS'] === 'whole';
const BY_DAY: readonly Credential[] = ['in person', 'read-only', 'upload-only', 'folder'];
const AT_ONCE = 12;
const HIDDEN = "somebody's home";
const MIXED = 'delete folder with things of others';
const EDGES = ['WebDAV', 'API'] as const;

interface Case {
  readonly role: Role;
  readonly place: Place;
  readonly isOwn: boolean;
  readonly deed: Deed;
  readonly credential: Credential;
  readonly edge: (typeof EDGES)[number];
  readonly owner: string;
  /** Of its site, among those of the owner in the place. */
  readonly index: number;
  readonly verdict: Verdict;
}

type Question = Omit<Case, 'owner' | 'index' | 'verdict'>;

/** Every question that makes sense: no normal user has a home, and no path leads into another's. */
function questions(): Question[] {
  const perEdge = product(PLACES, ROLES).filter(([place, role]) => place !== 'home' || role !== 'normal');
  return perEdge.flatMap(([place, role]) => {
    const isHidden = place === HIDDEN;
    const whose = place === 'home' ? [true] : isHidden ? [false] : [true, false];
    const credentials = isHidden ? CREDENTIALS.slice(0, 1) : IS_WHOLE ? CREDENTIALS : BY_DAY;
    const edges = isHidden ? (['API'] as const) : EDGES;
    return product(whose, credentials).flatMap(([isOwn, credential]) =>
      product(edges, DEEDS)
        .filter(([edge, deed]) => isPossible(edge, deed, isHidden))
        .filter(([, deed]) => deed !== MIXED || (isOwn && place !== 'home'))
        .map(([edge, deed]) => ({ place, role, isOwn, credential, edge, deed })),
    );
  });
}

function product<A, B>(some: readonly A[], others: readonly B[]): [A, B][] {
  return some.flatMap((one) => others.map((other): [A, B] => [one, other]));
}

function allCases(): Case[] {
  const counts = new Map<string, number>();
  return questions().map((question) => {
    const { role, place, isOwn, deed, credential } = question;
    const owner = isOwn ? NAME_OF[role] : OTHER;
    const index = counts.get(`${place} ${owner}`) ?? 0;
    counts.set(`${place} ${owner}`, index + 1);
    const verdict = statedVerdict({ role, place, isOwn, deed, access: accessOf(credential) });
    return { ...question, owner, index, verdict };
  });
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const item of rest) await work(item);
    }),
  );
}

const titleOf = ({ role, credential, deed, isOwn, place, edge }: Case) =>
  `${role} (${credential}), ${deed}, ${isOwn ? 'own' : "others'"} in ${place}, over ${edge}`;

describeOnDatabases('every right of every role over every edge', function (database) {
  this.timeout(IS_WHOLE ? 600_000 : 120_000);
  const cases = allCases();
  let server: TestServer;
  let world: RightsWorld;
  const outcomes = new Map<Case, string | number>();
  const trashed = new Map<Case, number>();

  before(async () => {
    server = await startServer({ database });
    world = new RightsWorld(server);
    await world.makeUsers();
    const areas = Map.groupBy(cases, ({ place, owner }) => `${place}|${owner}`);
    await inParallel([...areas.values()], async (ofArea) => {
      const [{ place, owner }] = ofArea as [Case];
      await world.makeSites(place, owner, ofArea.length);
    });
    await inParallel(cases, prepare);
    await world.makeNormaNormal();
  });
  after(async () => {
    world.close();
    await server.stop();
  });

  const pathOf = ({ place, owner, index }: Case) => world.siteOf(place, owner, index).slice(1);

  async function prepare(one: Case): Promise<void> {
    if (one.deed.includes('version')) await world.dav(one.owner).put(`${pathOf(one)}/f.txt`, 'y');
    if (one.deed === 'break lock') {
      await world.dav(one.owner).expect(200, 'LOCK', `${pathOf(one)}/f.txt`, { body: lockBody() });
    }
    if (/^restore among|^purge/.test(one.deed)) {
      const path = `/${pathOf(one)}/t.txt`;
      const owner = await world.api(one.owner);
      await owner.ok('uploadFile', { query: { path }, content: 'x' });
      trashed.set(one, (await owner.ok('deleteFile', { query: { path } })).body.trashId as number);
    }
    if (one.deed === MIXED) await world.dav(OTHER).put(`${pathOf(one)}/d/olgas.txt`, 'x');
  }

  /** Where nobody but the owner sees it, the owner says by which ids it can be asked for. */
  async function siteOf(one: Case, below: string): Promise<Site> {
    const path = `/${pathOf(one)}`;
    const trashId = trashed.get(one);
    if (one.place !== HIDDEN) return { path: path.slice(below.length), trashId };
    const owner = await world.api(one.owner);
    const idOf = async (name: string) =>
      (await owner.ok('getFile', { query: { path: path + name } })).body.id as number;
    return { path, trashId, ids: { folder: await idOf(''), file: await idOf('/f.txt'), subfolder: await idOf('/d') } };
  }

  it(`is as the design says, in ${cases.length} cases`, async () => {
    await inParallel(cases, async (one) => {
      const area = world.areaOf(one.place, one.owner);
      const { dav, api, below } = await world.clientsOf(one.role, one.credential, area);
      const site = await siteOf(one, below);
      outcomes.set(
        one,
        one.edge === 'WebDAV' ? await doByDav(dav, site, one.deed) : await doByApi(api, site, one.deed),
      );
    });
    const wrong = cases.filter((one) => outcomes.get(one) !== one.verdict);
    const lines = wrong.map((one) => `${titleOf(one)}: ${outcomes.get(one)}, not ${one.verdict}`);
    assert.deepEqual(lines, []);
  });

  it('leaves everything as it was where it was refused', async () => {
    const refused = cases.filter(({ verdict }) => verdict !== 'done');
    assert.ok(refused.length > 100);
    const changed: string[] = [];
    await inParallel(refused, async (one) => {
      const members = await world.dav(one.owner).list(pathOf(one), '<D:getcontentlength/><D:x xmlns:D="urn:x"/>');
      const size = members.get('f.txt')?.properties.get('DAV: getcontentlength');
      const isSame = [...members.keys()].sort().join() === 'd,f.txt,s.txt' && size === '1';
      if (!isSame) changed.push(`${titleOf(one)}: ${[...members.keys()].join()}`);
    });
    assert.deepEqual(changed, []);
  });

  it('leaves a user without a home a root that nobody can write to', async () => {
    const [dav, api] = [world.dav('nora'), await world.api('nora')];
    await dav.expect(403, 'PUT', 'x.txt', { body: 'x' });
    await dav.expect(403, 'MKCOL', 'x');
    await dav.expect(403, 'COPY', 'Public', { headers: { destination: '/dav/copy' } });
    await api.refused('uploadFile', 'forbidden', { query: { path: '/x.txt' }, content: 'x' });
    await api.refused('createFolder', 'forbidden', { body: { path: '/x' } });
  });
});
