import type { NarrowAccess, Role } from '../../../../src/core/actor.ts';
import { ApiClient } from '../../../support/api-client.ts';
import { DavClient, encodePath } from '../../../support/dav-client.ts';
import type { TestServer } from '../../../support/server.ts';
import type { Place } from './stated.ts';

const PASSWORD = 'correct horse battery';
/** Sites that are copied together. */
const BATCH = 10;

/** Who asks, by role; `olga` is the others. */
export const NAME_OF: Readonly<Record<Role, string>> = { normal: 'norma', advanced: 'adva', admin: 'adam' };
export const OTHER = 'olga';

/** By what a user is known. `folder`: an app password that is for the one folder which holds the sites. */
export const CREDENTIALS = ['in person', 'full', 'read-only', 'upload-only', 'folder', 'upload-only folder'] as const;
export type Credential = (typeof CREDENTIALS)[number];

export function accessOf(credential: Credential): NarrowAccess | undefined {
  if (credential === 'in person') return undefined;
  if (credential === 'folder') return 'full';
  return credential === 'upload-only folder' ? 'upload-only' : credential;
}

export interface Clients {
  readonly dav: DavClient;
  readonly api: ApiClient;
  /** What of a path the client does not see: its root lies there. */
  readonly below: string;
}

/** Users of every role, and as many prepared sites as there are deeds. */
export class RightsWorld {
  readonly #server: TestServer;
  readonly #dav = new Map<string, DavClient>();
  readonly #inPerson = new Map<string, Promise<ApiClient>>();
  readonly #clients = new Map<string, Promise<Clients>>();

  constructor(server: TestServer) {
    this.#server = server;
  }

  /** A normal user adds to Movies what an advanced one may, and is one from then on. */
  async makeUsers(): Promise<void> {
    const roles = { norma: 'advanced', adva: 'advanced', adam: 'admin', olga: 'advanced', nora: 'normal' } as const;
    const users = Object.entries(roles);
    await Promise.all(users.map(([name, role]) => this.#server.addUser(name, { password: PASSWORD, role })));
  }

  async makeNormaNormal(): Promise<void> {
    const { code, stderr } = await this.#server.cli(['user', 'role', 'norma', 'normal']);
    if (code !== 0) throw new Error(stderr);
    // The session of another role is over.
    this.#inPerson.delete('norma');
  }

  close(): void {
    for (const client of this.#dav.values()) client.close();
  }

  dav(name: string, password = PASSWORD): DavClient {
    const key = `${name}:${password}`;
    const known = this.#dav.get(key);
    if (known) return known;
    const client = new DavClient(this.#server.davUrl, { name, password });
    this.#dav.set(key, client);
    return client;
  }

  /** Logins under way count as attempts: each user signs in once. */
  api(name: string): Promise<ApiClient> {
    const known = this.#inPerson.get(name) ?? ApiClient.login(this.#server.url, { name, password: PASSWORD });
    this.#inPerson.set(name, known);
    return known;
  }

  /** The folder of all sites of an owner in a place, as its owner sees it. */
  areaOf(place: Place, owner: string): string {
    return `/${place.includes('home') ? 'Mere' : place}/${owner}`;
  }

  siteOf(place: Place, owner: string, index: number): string {
    return `${this.areaOf(place, owner)}/b${Math.floor(index / BATCH)}/c${index % BATCH}`;
  }

  async makeSites(place: Place, owner: string, count: number): Promise<void> {
    const dav = this.dav(owner);
    const area = this.areaOf(place, owner).slice(1);
    const copy = (from: string, to: string) =>
      dav.expect(201, 'COPY', from, { headers: { destination: `/dav/${encodePath(to)}` } });
    for (const folder of [area, `${area}/b0`, `${area}/b0/c0`, `${area}/b0/c0/d`]) await dav.makeCollection(folder);
    for (const file of ['f.txt', 's.txt', 'd/in.txt']) await dav.put(`${area}/b0/c0/${file}`, 'x');
    for (let site = 1; site < BATCH; site++) await copy(`${area}/b0/c0`, `${area}/b0/c${site}`);
    for (let batch = 1; batch * BATCH < count; batch++) await copy(`${area}/b0`, `${area}/b${batch}`);
  }

  /** Whoever asks, with what they have for the sites of `area`. */
  clientsOf(role: Role, credential: Credential, area: string): Promise<Clients> {
    const below = credential.includes('folder') ? area : '';
    const key = `${role} ${credential} ${below}`;
    const known = this.#clients.get(key) ?? this.#makeClients(NAME_OF[role], credential, below);
    this.#clients.set(key, known);
    return known;
  }

  async #makeClients(name: string, credential: Credential, below: string): Promise<Clients> {
    const inPerson = await this.api(name);
    if (credential === 'in person') return { dav: this.dav(name), api: inPerson, below };
    const wanted = { name: credential, access: accessOf(credential), ...(below !== '' && { folder: below }) };
    const password = (await inPerson.ok('createAppPassword', { body: wanted })).body.password as string;
    return { dav: this.dav(name, password), api: new ApiClient(this.#server.url, password), below };
  }
}
