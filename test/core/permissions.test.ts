import assert from 'node:assert/strict';
import { NARROW_ACCESSES, type Actor, type Narrowing, type Role } from '../../src/core/actor.ts';
import type { Space, SpaceKind } from '../../src/core/node.ts';
import { ACTIONS, isAdministrator, isAllowed, isLeft, isLimitedToOwn } from '../../src/core/permissions.ts';

const ME = 1;
const SOMEBODY = 2;

function space(kind: SpaceKind, ownerId?: number): Space {
  return { id: 1, kind, mountName: '', ownerId, rootId: 1 };
}

function actor(role: Role, more: Partial<Actor> = {}): Actor {
  return { userId: ME, name: 'me', role, ...more };
}

const LETTERS = { read: 'r', add: 'a', write: 'w', replace: 'o', remove: 'x', unlock: 'u' };

/** What may be done, as letters: r(ead) a(dd) w(rite) o (replace) x (remove) u(nlock). */
function letters(who: Role | Actor, where: Space, ownerId: number): string {
  const asking = typeof who === 'string' ? actor(who) : who;
  return ACTIONS.filter((action) => isAllowed(asking, action, { ownerId }, where))
    .map((action) => LETTERS[action])
    .join('');
}

describe('the policy table', () => {
  const cases: [kind: SpaceKind, role: Role, own: string, others: string][] = [
    ['shared', 'normal', 'rawou', 'ra'],
    ['shared', 'advanced', 'rawoxu', 'ra'],
    ['shared', 'admin', 'rawoxu', 'rawoxu'],
    ['public', 'normal', 'rawou', 'ra'],
    ['public', 'advanced', 'rawoxu', 'ra'],
    ['public', 'admin', 'rawoxu', 'rawoxu'],
    ['media', 'normal', 'r', 'r'],
    ['media', 'advanced', 'rawoxu', 'ra'],
    ['media', 'admin', 'rawoxu', 'rawoxu'],
    ['root', 'normal', 'r', 'r'],
    ['root', 'admin', 'r', 'r'],
  ];
  for (const [kind, role, own, others] of cases) {
    it(`gives ${role} in a ${kind} space "${own}" on what is theirs and "${others}" on the rest`, () => {
      assert.equal(letters(role, space(kind), ME), own);
      assert.equal(letters(role, space(kind), SOMEBODY), others);
    });
  }

  it('gives a home to its owner alone, whatever the role and whoever owns the node; admins may end locks', () => {
    assert.equal(letters('advanced', space('home', ME), SOMEBODY), 'rawoxu');
    assert.equal(letters('advanced', space('home', SOMEBODY), ME), '');
    assert.equal(letters('admin', space('home', SOMEBODY), ME), 'u');
    assert.equal(letters('admin', space('home'), ME), 'u');
  });

  it('says where a tree must be searched for what belongs to others', () => {
    assert.equal(isLimitedToOwn(actor('advanced'), 'remove', space('shared')), true);
    assert.equal(isLimitedToOwn(actor('admin'), 'remove', space('shared')), false);
    assert.equal(isLimitedToOwn(actor('advanced'), 'remove', space('home', ME)), false);
  });

  describe('with an app password', () => {
    const narrowed = (access: Narrowing['access'], rootId?: number) => ({ narrowing: { access, rootId } });
    const OF: Record<Narrowing['access'], [home: string, workspace: string]> = {
      full: ['rawoxu', 'rawoxu'],
      'read-only': ['r', 'r'],
      'upload-only': ['raw', 'raw'],
    };
    for (const access of NARROW_ACCESSES) {
      const [home, workspace] = OF[access];
      it(`that is ${access} leaves "${home}" of a home and "${workspace}" of what is theirs in Workspace`, () => {
        assert.equal(letters(actor('advanced', narrowed(access)), space('home', ME), ME), home);
        assert.equal(letters(actor('advanced', narrowed(access)), space('shared'), ME), workspace);
      });

      it(`that is ${access} gives nothing that the user has not`, () => {
        for (const kind of ['shared', 'media', 'public', 'root'] as const) {
          for (const role of ['normal', 'advanced', 'admin'] as const) {
            for (const ownerId of [ME, SOMEBODY]) {
              const whole = letters(role, space(kind), ownerId);
              const left = letters(actor(role, narrowed(access)), space(kind), ownerId);
              assert.ok(Array.from(left).every((letter) => whole.includes(letter)));
            }
          }
        }
      });
    }

    it('that is for one folder gives nothing of a space that does not begin there', () => {
      const one = actor('admin', narrowed('full', 17));
      assert.equal(letters(one, space('home', ME), ME), '');
      assert.equal(letters(one, space('shared'), ME), '');
      assert.equal(letters(one, { ...space('home', ME), rootId: 17 }, ME), 'rawoxu');
      assert.equal(letters(one, { ...space('home', SOMEBODY), rootId: 17 }, ME), 'u');
    });

    it('makes nobody an administrator', () => {
      assert.equal(isAdministrator(actor('admin')), true);
      assert.equal(isAdministrator(actor('advanced')), false);
      for (const access of NARROW_ACCESSES) assert.equal(isAdministrator(actor('admin', narrowed(access))), false);
    });

    it('says what is left for things that lie in no space', () => {
      assert.deepEqual(
        ACTIONS.filter((action) => isLeft(actor('admin', narrowed('upload-only')), action)),
        ['read', 'add', 'write'],
      );
      assert.ok(ACTIONS.every((action) => isLeft(actor('normal'), action)));
    });
  });

  it('lets administrators into homes only where the settings do, and never by an app password', () => {
    const home = space('home', SOMEBODY);
    assert.equal(letters(actor('admin', { opensHomes: true }), home, SOMEBODY), 'rawoxu');
    assert.equal(letters(actor('advanced', { opensHomes: true }), home, SOMEBODY), '');
    const narrowing = { access: 'full', rootId: undefined } as const;
    assert.equal(letters(actor('admin', { opensHomes: true, narrowing }), home, SOMEBODY), 'u');
  });
});
