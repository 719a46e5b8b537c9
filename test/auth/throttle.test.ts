import assert from 'node:assert/strict';
import { AttemptTable } from '../../src/auth/attempt-table.ts';
import { networkOf, Throttle } from '../../src/auth/throttle.ts';
import type { DomainError } from '../../src/lib/errors.ts';
import { FakeClock } from '../support/fake-clock.ts';

describe('Throttle', () => {
  let clock: FakeClock;
  let throttle: Throttle;
  beforeEach(() => {
    clock = new FakeClock();
    throttle = new Throttle(clock);
  });

  function isBlocked(address: string, name = 'ann', isKnown = false): boolean {
    try {
      throttle.begin(address, name, { isKnown }).withdrawn();
      return false;
    } catch (error) {
      assert.equal((error as DomainError).code, 'too-many-attempts');
      return true;
    }
  }

  function fail(address: string, times: number, name = 'ann'): void {
    for (let time = 0; time < times; time++) throttle.begin(address, name);
  }

  it('holds one client back, not others, nor the same client for other users', () => {
    fail('192.0.2.1', 10);
    assert.equal(isBlocked('192.0.2.1'), true);
    assert.equal(isBlocked('192.0.2.2'), false);
    assert.equal(isBlocked('192.0.2.1', 'bob'), false);
  });

  it('takes a name in any case for the same user', () => {
    fail('192.0.2.1', 10);
    assert.equal(isBlocked('192.0.2.1', 'ANN'), true);
  });

  it('takes all addresses of one IPv6 subscriber for one client', () => {
    for (let host = 1; host <= 10; host++) throttle.begin(`2001:db8:1:2::${host}`, 'ann');
    assert.equal(isBlocked('2001:db8:1:2:ffff::1'), true);
    assert.equal(isBlocked('2001:db8:1:3::1'), false);
  });

  it('stops guessing at one user from everywhere after 100 failures an hour', () => {
    for (let client = 0; client < 100; client++) throttle.begin(`192.0.2.${client}`, 'ann');
    assert.equal(isBlocked('198.51.100.1'), true);
    clock.advanceMs(3_600_000 * 1.2);
    assert.equal(isBlocked('198.51.100.1'), false);
  });

  it('stops trying many users from one address after 100 failures in ten minutes', () => {
    for (let user = 0; user < 100; user++) throttle.begin('192.0.2.1', `user ${user}`);
    assert.equal(isBlocked('192.0.2.1', 'ann'), true);
    assert.equal(isBlocked('192.0.2.2', 'ann'), false);
    clock.advanceMs(700_000);
    assert.equal(isBlocked('192.0.2.1', 'ann'), false);
  });

  it('lets a known client in, whatever others try, unless it tries too often itself', () => {
    for (let client = 0; client < 100; client++) throttle.begin(`192.0.2.${client}`, 'ann');
    assert.equal(isBlocked('198.51.100.1'), true);
    assert.equal(isBlocked('203.0.113.5', 'ann', true), false);
    for (let time = 0; time < 10; time++) throttle.begin('203.0.113.5', 'ann', { isKnown: true });
    assert.equal(isBlocked('203.0.113.5', 'ann', true), true);
  });

  it('says after how many seconds to come back, and means it', () => {
    fail('192.0.2.1', 10);
    let seconds = 0;
    try {
      throttle.begin('192.0.2.1', 'ann');
    } catch (error) {
      seconds = (error as DomainError).details.retryAfterSeconds!;
    }
    clock.advanceMs(seconds * 1000 - 10_000);
    assert.equal(isBlocked('192.0.2.1'), true);
    clock.advanceMs(10_000);
    assert.equal(isBlocked('192.0.2.1'), false);
  });

  it('does not count what was withdrawn', () => {
    for (let time = 0; time < 500; time++) throttle.begin('192.0.2.1', 'ann').withdrawn();
    assert.equal(isBlocked('192.0.2.1'), false);
  });

  it('cannot be made to forget by guessing at many names', () => {
    fail('192.0.2.1', 10);
    for (let name = 0; name < 20_000; name++) {
      const address = `198.51.100.${name % 250}`;
      if (!isBlocked(address, `user ${name}`)) throttle.begin(address, `user ${name}`);
    }
    assert.equal(isBlocked('192.0.2.1'), true);
  });
});

describe('AttemptTable', () => {
  it('never lets more than the limit through in any window, however attempts are spread', () => {
    const windowMs = 60_000;
    const table = new AttemptTable({ most: 10, windowMs }, 1);
    const allowedAt: number[] = [];
    let nowMs = 1_800_000_000_000;
    let seed = 1;
    for (let step = 0; step < 20_000; step++) {
      seed = (seed * 48_271) % 2_147_483_647;
      nowMs += seed % 5000;
      if (table.waitMs(0, nowMs) > 0) continue;
      table.add(0, nowMs);
      allowedAt.push(nowMs);
    }
    assert.ok(allowedAt.length > 1000);
    for (let index = 10; index < allowedAt.length; index++) {
      assert.ok(allowedAt[index]! - allowedAt[index - 10]! >= windowMs);
    }
  });

  it('takes back only what still counts', () => {
    const table = new AttemptTable({ most: 1, windowMs: 70 }, 1);
    const early = table.add(0, 1000);
    const later = table.add(0, 1100);
    table.remove(early);
    assert.ok(table.waitMs(0, 1100) > 0);
    table.remove(later);
    assert.equal(table.waitMs(0, 1100), 0);
  });
});

describe('network of an address', () => {
  const cases: [address: string, want: string][] = [
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:0db8:0001:0002::1', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['::1', '0:0:0:0'],
    ['1::', '1:0:0:0'],
    ['', ''],
  ];
  for (const [address, want] of cases) {
    it(`${address || 'nothing'} is ${want || 'nothing'}`, () => {
      assert.equal(networkOf(address), want);
    });
  }
});
