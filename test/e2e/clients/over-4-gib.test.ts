import assert from 'node:assert/strict';
import { open, rm } from 'node:fs/promises';
import { seededBytes } from '../../support/content.ts';
import { runWell } from '../../support/processes.ts';
import { describeClient } from './fixture.ts';
import { sharedServer, visit, type Visit } from './shared-server.ts';

const GIB = 2 ** 30;
/** What does not fit into 32 bits: the last megabyte. */
const SIZE_BYTES = 4 * GIB + 1_000_001;
/** Where the file has content of its own; it has a hole everywhere else, so that it takes no room here. */
const MARKS = [0, GIB - 5000, 2 * GIB - 5000, 4 * GIB - 5000, SIZE_BYTES - 10_000];
const MARK_BYTES = 10_000;

describeClient('curl with a file of more than 4 GiB', function (database) {
  this.timeout(900_000);
  let guest: Visit;
  let source: string;
  let account: string;

  before(async () => {
    guest = await visit(database, 'giant');
    const { scratch } = guest;
    source = scratch.path('source');
    account = scratch.path('account');
    const file = await open(source, 'w');
    await file.truncate(SIZE_BYTES);
    for (const position of MARKS) await file.write(seededBytes(`at ${position}`, MARK_BYTES), 0, MARK_BYTES, position);
    await file.close();
    const text = await open(account, 'w', 0o600);
    await text.write(`user = "${guest.account.name}:${guest.account.password}"\n`);
    await text.close();
  });
  after(() => guest.close());

  /** Runs a script with the URL as $1, the source as $2; `curl` logs in. */
  const script = async (text: string) => {
    const login = 'set -o pipefail; curl() { command curl -sS --fail -K "$0" "$@"; }';
    const args = ['-c', `${login}\n${text}`, account, guest.dav.urlOf('big file.bin'), source];
    return runWell('bash', args, { timeoutMs: 600_000 });
  };

  it('uploads it, and its size is told right everywhere', async () => {
    await script('curl -T "$2" "$1"');
    const { headers } = await guest.dav.expect(200, 'HEAD', 'big file.bin');
    assert.equal(headers['content-length'], String(SIZE_BYTES));
    const listed = (await guest.dav.list('')).get('big file.bin');
    assert.equal(listed?.properties.get('DAV: getcontentlength'), String(SIZE_BYTES));
  });

  it('downloads it again, byte for byte', async () => {
    await script('curl "$1" | cmp - "$2"');
  });

  it('reads ranges across and beyond 4 GiB', async () => {
    for (const position of MARKS) {
      const last = position + MARK_BYTES - 1;
      const range = await guest.dav.expect(206, 'GET', 'big file.bin', {
        headers: { range: `bytes=${position}-${last}` },
      });
      assert.equal(range.headers['content-range'], `bytes ${position}-${last}/${SIZE_BYTES}`);
      assert.ok(range.body.equals(seededBytes(`at ${position}`, MARK_BYTES)), `at ${position}`);
    }
    await script(`curl -r -10000 "$1" | cmp - <(tail -c 10000 "$2")`);
  });

  it('resumes a download that broke off beyond 4 GiB', async () => {
    const { scratch } = guest;
    const here = 4 * GIB + 4000;
    const partial = await open(scratch.path('partial'), 'w');
    await partial.truncate(here);
    await partial.close();
    await script(`curl -C - -o '${scratch.path('partial')}' "$1"`);
    await script(`cmp --ignore-initial=${here} '${scratch.path('partial')}' "$2"`);
    await rm(scratch.path('partial'));
  });

  it('removes it for good, and may have another one in its place', async () => {
    await script('curl -X DELETE "$1"');
    const server = await sharedServer(database);
    const purge = ['trash', 'purge', '--all', '--yes', '--user', guest.account.name];
    const { code, stderr } = await server.cli(purge);
    assert.equal(code, 0, stderr);
    await guest.dav.put('big file.bin', 'small');
    assert.equal((await guest.dav.get('big file.bin')).toString(), 'small');
  });
});
