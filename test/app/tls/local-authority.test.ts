import assert from 'node:assert/strict';
import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { LocalAuthority } from '../../../src/app/tls/local-authority.ts';
import type { Hosts } from '../../../src/app/tls/machine-hosts.ts';
import { addressesOf, namesOf } from '../../../src/app/tls/pair.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { Scratch } from '../../support/processes.ts';

const DAY_SECONDS = 24 * 3600;
const DAY_MS = DAY_SECONDS * 1000;

describe('the local authority', () => {
  let scratch: Scratch;
  let clock: FakeClock;
  let hosts: Hosts;
  let local: LocalAuthority;
  beforeEach(async () => {
    scratch = await Scratch.create('authority');
    clock = new FakeClock();
    hosts = { names: ['box.local', 'localhost'], addresses: ['127.0.0.1', '192.168.1.5', 'fd00::5'] };
    local = new LocalAuthority({
      dataFolder: scratch.folder,
      hostname: 'box',
      hosts: (added) => ({ ...hosts, names: [...hosts.names, ...added] }),
      nowMs: () => clock.nowMs(),
    });
  });
  afterEach(async () => scratch.remove());

  const file = (name: string): string => scratch.path('tls', name);

  it('is not there until it is made, and does nothing', async () => {
    assert.equal(local.certificate(), undefined);
    assert.equal(local.pair(), undefined);
    assert.equal(await local.renewIfDue(), undefined);
    assert.equal(local.pair(), undefined);
  });

  it('issues for the names and addresses of the machine, for no longer than devices accept', async () => {
    const { pair, isNewAuthority } = await local.init(undefined);
    assert.equal(isNewAuthority, true);
    const { leaf } = pair;
    assert.deepEqual(namesOf(leaf), hosts.names);
    assert.deepEqual(addressesOf(leaf), hosts.addresses);
    assert.ok(leaf.verify(local.certificate()!.publicKey));
    assert.ok(leaf.checkIssued(local.certificate()!));
    const [from, to] = [leaf.validFromDate.getTime(), leaf.validToDate.getTime()];
    assert.ok(from <= clock.nowMs() - DAY_MS + 1000, 'for devices whose clocks are behind');
    assert.ok(to - from <= 397 * DAY_MS);
    assert.equal(local.pair()?.leaf.fingerprint256, leaf.fingerprint256);
  });

  it('keeps keys to itself', async () => {
    await local.init(undefined);
    for (const name of ['authority.pem', 'server.pem']) assert.equal(statSync(file(name)).mode & 0o777, 0o600);
    assert.equal(statSync(scratch.path('tls')).mode & 0o777, 0o700);
    rmSync(file('authority.crt'));
    await local.init(undefined);
    const handedOut = readFileSync(local.certificateFile, 'utf8');
    assert.doesNotMatch(handedOut, /PRIVATE/);
    assert.equal(handedOut.trim(), local.certificate()!.toString().trim());
  });

  it('leaves no key about that could not get to its place', async () => {
    mkdirSync(file('server.pem'), { recursive: true });
    await assert.rejects(local.init(undefined), { code: 'EISDIR' });
    assert.deepEqual(readdirSync(scratch.path('tls')).toSorted(), ['authority.crt', 'authority.pem', 'server.pem']);
  });

  it('follows no link that somebody laid out, and leaves what is behind it alone', async () => {
    mkdirSync(scratch.path('tls'));
    const elsewhere = scratch.path('elsewhere');
    writeFileSync(elsewhere, 'kept');
    for (const name of ['authority.pem.new', 'server.pem.new', 'server.pem']) symlinkSync(elsewhere, file(name));
    await local.init(undefined);
    assert.equal(readFileSync(elsewhere, 'utf8'), 'kept');
    assert.ok(lstatSync(file('server.pem')).isFile());
  });

  it('stays the same when a certificate is issued again, with the names that were added', async () => {
    const first = await local.init(['cloud.example.org']);
    const authority = local.certificate()!.fingerprint256;
    const second = await local.init(undefined);
    assert.equal(second.isNewAuthority, false);
    assert.equal(local.certificate()!.fingerprint256, authority);
    assert.notEqual(second.pair.leaf.fingerprint256, first.pair.leaf.fingerprint256);
    assert.ok(namesOf(second.pair.leaf).includes('cloud.example.org'));
    const third = await local.init(['other.example.org']);
    assert.deepEqual(namesOf(third.pair.leaf), [...hosts.names, 'other.example.org']);
  });

  it('renews in the last 30 days, and not before', async () => {
    await local.init(['cloud.example.org']);
    clock.advance(365 * DAY_SECONDS);
    assert.equal(await local.renewIfDue(), undefined);
    clock.advance(2 * DAY_SECONDS);
    const renewed = await local.renewIfDue();
    assert.match(renewed!.reason, /expire/);
    assert.ok(namesOf(renewed!.pair.leaf).includes('cloud.example.org'));
    assert.ok(renewed!.pair.leaf.verify(local.certificate()!.publicKey));
    assert.equal(await local.renewIfDue(), undefined);
  });

  it('renews after the end, too: the server may have been off', async () => {
    await local.init(undefined);
    clock.advance(1000 * DAY_SECONDS);
    assert.ok(await local.renewIfDue());
  });

  describe('follows the machine', () => {
    const base = { names: ['box.local', 'localhost'], addresses: ['127.0.0.1', '::1', '192.168.1.5', 'fd00::5'] };
    const cases: [what: string, names: string[], addresses: string[], reason: RegExp | undefined][] = [
      ['as it was', base.names, base.addresses, undefined],
      ['to a new name', ['nas.local', 'localhost'], base.addresses, /nas\.local/],
      ['to a new IPv4 address', base.names, [...base.addresses, '10.0.0.7'], /10\.0\.0\.7/],
      ['not when an address is gone', base.names, ['127.0.0.1', '::1', 'fd00::5'], undefined],
      ['not for one more IPv6 address', base.names, [...base.addresses, 'fd00::6'], undefined],
      ['when no IPv6 address is known', base.names, ['127.0.0.1', '::1', '192.168.1.5', 'fd00::6'], /fd00::6/],
    ];
    for (const [what, names, addresses, reason] of cases) {
      it(what, async () => {
        hosts = base;
        await local.init(undefined);
        hosts = { names, addresses };
        const renewed = await local.renewIfDue();
        if (reason === undefined) assert.equal(renewed, undefined);
        else assert.match(renewed!.reason, reason);
        if (renewed) assert.deepEqual(addressesOf(renewed.pair.leaf), addresses);
        assert.equal(await local.renewIfDue(), undefined);
      });
    }
  });

  it('issues again what is damaged, lost, or of another authority', async () => {
    await local.init(undefined);
    writeFileSync(file('server.pem'), 'x');
    assert.throws(() => local.pair(), { name: 'PairProblem' });
    assert.ok(await local.renewIfDue());
    rmSync(file('server.pem'));
    assert.ok(await local.renewIfDue());
    const foreign = readFileSync(file('server.pem'));
    rmSync(file('authority.pem'));
    await local.init(undefined);
    writeFileSync(file('server.pem'), foreign);
    assert.ok(await local.renewIfDue());
  });

  it('loses no added name: says when they cannot be read, and takes them anew', async () => {
    await local.init(['cloud.example.org']);
    for (const text of ['{', '{}', '[1]']) {
      writeFileSync(file('names.json'), text);
      await assert.rejects(local.renewIfDue(), { name: 'PairProblem', message: /names\.json.*--name/ });
    }
    assert.ok(namesOf((await local.init(['cloud.example.org'])).pair.leaf).includes('cloud.example.org'));
  });

  it('is not taken for missing when it may not be read', async () => {
    rmSync(scratch.path('tls'), { recursive: true, force: true });
    // Whoever runs the tests may read everything; a file in the place of the folder is as much in the way.
    writeFileSync(scratch.path('tls'), '');
    assert.throws(() => local.certificate(), { name: 'PairProblem', message: /cannot be read/ });
    assert.throws(() => local.pair(), { name: 'PairProblem', message: /cannot be read/ });
    await assert.rejects(local.init(undefined), { name: 'PairProblem' });
  });

  describe('with a clock that is wrong', () => {
    const TEN_YEARS = 3650 * DAY_SECONDS;

    it('issues again what was made while it was ahead', async () => {
      await local.init(undefined);
      clock.advance(5 * 365 * DAY_SECONDS);
      assert.match((await local.renewIfDue())!.reason, /expire/);
      clock.advance(-5 * 365 * DAY_SECONDS);
      const renewed = await local.renewIfDue();
      assert.match(renewed!.reason, /clock/);
      assert.ok(renewed!.pair.leaf.validFromDate.getTime() <= clock.nowMs());
      assert.equal(await local.renewIfDue(), undefined);
    });

    it('makes nothing while it is not set yet, and keeps the authority', async () => {
      await local.init(undefined);
      const authority = local.certificate()!.fingerprint256;
      clock.advance(-TEN_YEARS);
      rmSync(file('server.pem'));
      assert.equal(await local.renewIfDue(), undefined);
      await assert.rejects(local.init(undefined), { name: 'PairProblem', message: /set the clock/ });
      clock.advance(TEN_YEARS);
      assert.ok(await local.renewIfDue());
      assert.equal(local.certificate()!.fingerprint256, authority);
    });
  });

  it('says when it is damaged itself, and makes no other for that', async () => {
    await local.init(undefined);
    writeFileSync(file('authority.pem'), 'x');
    await assert.rejects(local.renewIfDue(), { name: 'PairProblem' });
    await assert.rejects(local.init(undefined), { name: 'PairProblem' });
  });

  it('issues nothing that outlives it, does not renew for nothing, and makes way for another in the end', async () => {
    await local.init(undefined);
    const authority = local.certificate()!;
    clock.advance((3650 - 10) * DAY_SECONDS);
    const last = await local.renewIfDue();
    assert.equal(last!.pair.leaf.validTo, authority.validTo);
    assert.equal(await local.renewIfDue(), undefined);
    clock.advance(20 * DAY_SECONDS);
    assert.equal(await local.renewIfDue(), undefined);
    const again = await local.init(undefined);
    assert.equal(again.isNewAuthority, true);
    assert.notEqual(local.certificate()!.fingerprint256, authority.fingerprint256);
    assert.ok(again.pair.leaf.validToDate.getTime() > clock.nowMs() + 300 * DAY_MS);
  });

  it('serves two who ask at once one after the other', async () => {
    const [a, b] = await Promise.all([local.init(undefined), local.init(['x.example'])]);
    assert.deepEqual([a.isNewAuthority, b.isNewAuthority], [true, false]);
    assert.ok(a.pair.leaf.verify(local.certificate()!.publicKey));
  });
});
