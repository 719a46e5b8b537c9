import { isOwnRefusal, Problem, problemOf, tooSlow, unreachable, type Reply } from './advice.ts';

export interface RoundTripOptions {
  /** The origin of the page, as the address bar has it. */
  readonly origin: string;
  readonly userName: string;
  readonly password: string;
  readonly signal: AbortSignal;
  readonly onStep: (step: StepReport) => void;
}

export interface StepReport {
  readonly index: number;
  readonly state: 'running' | 'passed' | 'failed' | 'skipped';
  /** What was found; '' while it runs. */
  readonly words: string;
}

export interface Outcome {
  readonly failed: number;
  /** The user may write in the common folders only, where nothing can be deleted: less was tried. */
  readonly isLimited: boolean;
  readonly isCancelled: boolean;
  /** What could not be deleted again, as paths below `/dav/`. */
  readonly leftBehind: readonly string[];
}

interface Step {
  readonly title: string;
  readonly run: (trip: RoundTrip) => Promise<string>;
}

const CONTENT = 'nosocial connection test: ä 文 🙂\r\n';
/** More than the 1 MiB to which nginx limits bodies unless told otherwise. */
const LARGE_BYTES = 2 * 1024 * 1024;
const SECONDS = 30;
const LARGE_SECONDS = 180;
const CLEANING_SECONDS = 10;

/** No content that is sent has these: so the server takes all of it, finds that out, and keeps none of it. */
const WRONG_CHECKSUM = { 'OC-Checksum': `MD5:${'0'.repeat(32)}`, 'Content-MD5': `${'A'.repeat(22)}==` };

const LOCK_BODY =
  '<?xml version="1.0" encoding="utf-8"?><D:lockinfo xmlns:D="DAV:"><D:lockscope><D:exclusive/></D:lockscope>' +
  '<D:locktype><D:write/></D:locktype><D:owner>nosocial connection test</D:owner></D:lockinfo>';

const LIST_BODY =
  '<?xml version="1.0" encoding="utf-8"?><D:propfind xmlns:D="DAV:"><D:prop><D:resourcetype/></D:prop></D:propfind>';

/** A name with what is changed most easily on the way. */
function testName(): string {
  const random = Math.random().toString(36).slice(2, 8).padEnd(6, '0');
  return `nosocial test ${random} – ä文🙂 #1 100%25 a+b & (c);'d'.txt`;
}

/** Skipped, with the reason. */
class Skipped extends Error {}

class RoundTrip {
  readonly #options: RoundTripOptions;
  readonly #authorization: string;
  readonly name = testName();
  /** The folder below `/dav/` that is written to, with a slash at its end. */
  folder = '';
  isLimited = false;
  /** Why nothing can be written at all. */
  readOnly: string | undefined;
  lockToken: string | undefined;
  /** Where the file is now, below `/dav/`. */
  written: string | undefined;
  readonly leftBehind: string[] = [];

  constructor(options: RoundTripOptions) {
    this.#options = options;
    const bytes = new TextEncoder().encode(`${options.userName}:${options.password}`);
    this.#authorization = `Basic ${btoa(String.fromCodePoint(...bytes))}`;
  }

  get path(): string {
    return this.folder + encodeURIComponent(this.name);
  }

  /** That the lock on the file is ours, while there is one. */
  get proof(): Record<string, string> {
    return this.lockToken === undefined ? {} : { If: `(<${this.lockToken}>)` };
  }

  urlOf(path: string): string {
    return `${this.#options.origin}/dav/${path}`;
  }

  async ask(method: string, path: string, options: RequestOptions = {}): Promise<Reply> {
    const { seconds = SECONDS, signal = this.#options.signal } = options;
    const limit = AbortSignal.timeout(seconds * 1000);
    try {
      const response = await this.#send(method, path, { ...options, signal: AbortSignal.any([signal, limit]) });
      const isRedirect = response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400);
      return { status: response.status, headers: response.headers, text: await response.text(), isRedirect };
    } catch (error) {
      signal.throwIfAborted();
      if (limit.aborted) throw tooSlow(method, seconds);
      throw error instanceof TypeError ? unreachable(method) : error;
    }
  }

  async #send(
    method: string,
    path: string,
    { headers, body, signal, isStranger = false }: RequestOptions,
  ): Promise<Response> {
    return fetch(this.urlOf(path), {
      method,
      headers: { ...(isStranger ? {} : { Authorization: this.#authorization }), ...headers },
      credentials: 'omit',
      cache: 'no-store',
      redirect: 'manual',
      ...(body !== undefined && { body }),
      ...(signal && { signal }),
    });
  }

  /** The same; any other status is a problem. */
  async expect(wanted: readonly number[], method: string, path: string, options?: RequestOptions): Promise<Reply> {
    const reply = await this.ask(method, path, options);
    if (!wanted.includes(reply.status) || reply.isRedirect) throw problemOf(method, reply);
    return reply;
  }

  /** Removes what a test that was broken off left. */
  async clean(): Promise<void> {
    const options = { seconds: CLEANING_SECONDS, signal: new AbortController().signal };
    const { lockToken, written } = this;
    if (lockToken !== undefined) {
      const headers = { 'Lock-Token': `<${lockToken}>` };
      const reply = await this.ask('UNLOCK', this.path, { ...options, headers }).catch(ignore);
      if (reply?.status === 204) this.lockToken = undefined;
    }
    if (written !== undefined) await this.discard(written, { ...options, headers: this.proof });
  }

  /** Deletes what should not be there, or tells that it is. */
  async discard(path: string, options?: RequestOptions): Promise<void> {
    const reply = await this.ask('DELETE', path, options).catch(ignore);
    if (reply === undefined || ![204, 404].includes(reply.status)) this.leftBehind.push(decodeURIComponent(path));
  }
}

/** The test has told already what was wrong. */
function ignore(): undefined {
  return undefined;
}

interface RequestOptions {
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly seconds?: number;
  readonly signal?: AbortSignal;
  /** Sent without name and password. */
  readonly isStranger?: boolean;
}

async function greet(trip: RoundTrip): Promise<string> {
  const reply = await trip.ask('OPTIONS', '', { isStranger: true });
  if (reply.status !== 200) throw problemOf('OPTIONS', reply);
  const classes = reply.headers.get('dav') ?? '';
  if (!/\b1\b.*\b2\b/.test(classes)) {
    throw new Problem(
      'The server answers, but without the DAV header, by which programs see that they may write: something on the ' +
        'way removes it or answers OPTIONS itself.',
    );
  }
  return 'The server answers and says that it speaks WebDAV.';
}

async function signIn(trip: RoundTrip): Promise<string> {
  const reply = await trip.expect([207], 'PROPFIND', '', { headers: listHeaders('1'), body: LIST_BODY });
  const hrefs = hrefsOf(reply.text);
  if (!hrefs.includes('/dav/')) throw wrongPaths(hrefs[0]);
  return `Name and password are right; the listing shows ${hrefs.length - 1} entries.`;
}

function listHeaders(depth: string): Record<string, string> {
  return { Depth: depth, 'Content-Type': 'application/xml; charset=utf-8' };
}

function hrefsOf(multistatus: string): string[] {
  const hrefs = [...multistatus.matchAll(/<(?:\w+:)?href>([^<]*)</g)].map(([, href = '']) => href);
  return hrefs.map((href) => href.replaceAll('&apos;', "'").replaceAll('&amp;', '&'));
}

function wrongPaths(seen: string | undefined): Problem {
  return new Problem(
    seen === undefined
      ? 'The listing is empty: something on the way changes answers.'
      : `The listing speaks of ${seen}: something on the way changes paths. nosocial must keep its own, /dav/.`,
  );
}

/** Makes an empty file that vanishes with its lock unless something is written into it. */
async function lock(trip: RoundTrip): Promise<string> {
  const headers = { Timeout: 'Second-60', Depth: '0', 'Content-Type': 'application/xml; charset=utf-8' };
  let reply = await trip.ask('LOCK', trip.path, { headers, body: LOCK_BODY });
  if (reply.status === 403 && isOwnRefusal(reply)) {
    // RFC 4918 §9.10.4; the root of who has no home is read-only.
    trip.isLimited = true;
    trip.folder = 'Workspace/';
    reply = await trip.ask('LOCK', trip.path, { headers, body: LOCK_BODY });
  }
  if (reply.status !== 201 && reply.status !== 200) throw problemOf('LOCK', reply);
  trip.lockToken = /^<(.+)>$/.exec(reply.headers.get('lock-token') ?? '')?.[1];
  if (trip.lockToken === undefined) {
    trip.lockToken = /<(?:\w+:)?locktoken>\s*<(?:\w+:)?href>([^<]+)</.exec(reply.text)?.[1];
    throw new Problem('A proxy before nosocial removes the Lock-Token header: programs cannot lock files.');
  }
  return trip.isLimited
    ? 'Locked. This user has no home of their own, so the test is in Workspace, and writes nothing that would stay.'
    : 'Locked, by an empty file.';
}

function assertWritable(trip: RoundTrip): void {
  if (trip.readOnly !== undefined) throw new Skipped(trip.readOnly);
}

async function write(trip: RoundTrip): Promise<string> {
  assertWritable(trip);
  const headers = { ...trip.proof, 'Content-Type': 'text/plain; charset=utf-8' };
  if (trip.isLimited) {
    await refusedForChecksum(trip, trip.path, { headers, body: CONTENT });
    return 'The content arrived. It was not kept, since nobody but an administrator could delete it.';
  }
  const reply = await trip.ask('PUT', trip.path, { headers, body: CONTENT });
  if (reply.status === 403 && isOwnRefusal(reply) && trip.lockToken === undefined) {
    trip.readOnly = 'Without LOCK there is no way to write here that leaves nothing behind.';
    throw new Skipped(trip.readOnly);
  }
  if (![200, 201, 204].includes(reply.status)) throw problemOf('PUT', reply);
  trip.written = trip.path;
  return trip.lockToken === undefined ? 'Written, without a lock.' : 'Written, under the lock.';
}

/** Content with a checksum that is not its own: all of it travels, and nothing is kept. */
async function refusedForChecksum(trip: RoundTrip, path: string, options: RequestOptions): Promise<void> {
  const reply = await trip.ask('PUT', path, { ...options, headers: { ...options.headers, ...WRONG_CHECKSUM } });
  if (reply.status === 400 && isOwnRefusal(reply) && reply.text.includes('digest')) return;
  if (reply.status !== 201 && reply.status !== 204) throw problemOf('PUT', reply);
  await trip.discard(path);
  throw new Problem('A proxy before nosocial removes checksums: damage on the way would not be noticed.');
}

async function read(trip: RoundTrip): Promise<string> {
  assertWritable(trip);
  if (trip.written === undefined && trip.lockToken === undefined) throw new Skipped('There is nothing to read back.');
  const reply = await trip.expect([200], 'GET', trip.path);
  const expected = trip.written === undefined ? '' : CONTENT;
  if (reply.text !== expected) {
    throw new Problem('What came back differs from what was written: something on the way changes content.');
  }
  const listing = await trip.expect([207], 'PROPFIND', trip.path, { headers: listHeaders('0'), body: LIST_BODY });
  const hrefs = hrefsOf(listing.text);
  if (!hrefs.some((href) => safelyDecoded(href) === `/dav/${trip.folder}${trip.name}`)) throw wrongPaths(hrefs[0]);
  return trip.written === undefined
    ? 'The empty file is there, under its odd name.'
    : 'What came back is what was written, and the odd name is right.';
}

function safelyDecoded(href: string): string {
  try {
    return decodeURIComponent(href);
  } catch {
    return href;
  }
}

async function unlock(trip: RoundTrip): Promise<string> {
  assertWritable(trip);
  if (trip.lockToken === undefined) throw new Skipped('There is no lock.');
  await trip.expect([204], 'UNLOCK', trip.path, { headers: { 'Lock-Token': `<${trip.lockToken}>` } });
  trip.lockToken = undefined;
  return 'The lock is off.';
}

async function move(trip: RoundTrip): Promise<string> {
  const target = `${trip.path.replace(/\.txt$/, '')}%20moved.txt`;
  const headers = { ...trip.proof, Destination: trip.urlOf(target), Overwrite: 'F' };
  // The destination is looked at first: a refusal for another reason says that it was understood.
  if (trip.written === undefined) return askInVain(trip, 'MOVE', headers);
  await trip.expect([201], 'MOVE', trip.written, { headers });
  trip.written = target;
  // RFC 4918 §7.7: a lock does not move along.
  trip.lockToken = undefined;
  return 'Renamed.';
}

/** Of a file that is not there, or, where UNLOCK failed, is there by its lock only and not to be removed by this user. */
async function askInVain(trip: RoundTrip, method: string, headers: Record<string, string>): Promise<string> {
  const reply = await trip.ask(method, trip.path, { headers });
  if (![403, 404].includes(reply.status) || !isOwnRefusal(reply)) throw problemOf(method, reply);
  return 'Asked for what cannot be done here; the answer is right.';
}

async function large(trip: RoundTrip): Promise<string> {
  assertWritable(trip);
  const body = new Uint8Array(LARGE_BYTES);
  const path = trip.path.replace(/\.txt$/, '%20large.bin');
  await refusedForChecksum(trip, path, { body, seconds: LARGE_SECONDS });
  return 'Two megabytes arrived. They had a wrong checksum on purpose, so nothing of them was kept.';
}

async function remove(trip: RoundTrip): Promise<string> {
  if (trip.written === undefined) return askInVain(trip, 'DELETE', trip.proof);
  await trip.expect([204], 'DELETE', trip.written, { headers: trip.proof });
  trip.written = undefined;
  trip.lockToken = undefined;
  return 'Deleted; the file is in your trash now.';
}

const STEPS: readonly Step[] = [
  { title: 'Ask what the server speaks (OPTIONS)', run: greet },
  { title: 'Sign in and list (PROPFIND)', run: signIn },
  { title: 'Lock a new file (LOCK)', run: lock },
  { title: 'Write it (PUT)', run: write },
  { title: 'Read it back (GET)', run: read },
  { title: 'Unlock it (UNLOCK)', run: unlock },
  { title: 'Rename it (MOVE)', run: move },
  { title: 'Send a larger file (PUT)', run: large },
  { title: 'Delete it (DELETE)', run: remove },
];

/** What the test does, in this order. */
export const STEP_TITLES: readonly string[] = STEPS.map(({ title }) => title);

/**
 * Makes the requests that a network drive makes, one after the other, and tells of each. One that fails does not keep
 * the others from being tried, unless they could not tell more. Leaves at most one small file, in the user's trash.
 */
export async function runRoundTrip(options: RoundTripOptions): Promise<Outcome> {
  const trip = new RoundTrip(options);
  let failed = 0;
  let obstacle: string | undefined;
  for (const [index, step] of STEPS.entries()) {
    if (obstacle !== undefined) {
      options.onStep({ index, state: 'skipped', words: obstacle });
      continue;
    }
    options.onStep({ index, state: 'running', words: '' });
    const { endsAll, ...report } = await attempt(step, trip, options.signal);
    options.onStep({ index, ...report });
    if (report.state === 'failed') failed += 1;
    if (endsAll) obstacle = options.signal.aborted ? 'Cancelled.' : 'Not tried.';
  }
  await trip.clean();
  const { isLimited, leftBehind } = trip;
  return { failed, isLimited, isCancelled: options.signal.aborted, leftBehind };
}

async function attempt(step: Step, trip: RoundTrip, signal: AbortSignal) {
  try {
    return { state: 'passed', words: await step.run(trip), endsAll: false } as const;
  } catch (error) {
    if (signal.aborted) return { state: 'skipped', words: 'Cancelled.', endsAll: true } as const;
    if (error instanceof Skipped) return { state: 'skipped', words: error.message, endsAll: false } as const;
    if (!(error instanceof Problem)) throw error;
    return { state: 'failed', words: error.message, endsAll: error.endsAll } as const;
  }
}
