import assert from 'node:assert/strict';
import type { Actor, Role } from '../../src/core/actor.ts';
import type { Space, SpaceKind } from '../../src/core/node.ts';
import { isAllowed, isLimitedToOwn, type Action } from '../../src/core/permissions.ts';

const ME = 1;
const SOMEBODY = 2;
const ACTIONS: readonly Action[] = ['read', 'add', 'write', 'remove', 'unlock'];

function space(kind: SpaceKind, ownerId?: number): Space {
  return { id: 1, kind, mountName: '', ownerId, rootId: 1 };
}

function actor(role: Role): Actor {
  return { userId: ME, name: 'me', role };
}

/** What may be done, as letters: r(ead) a(dd) w(rite) x (remove) u(nlock). */
function letters(role: Role, where: Space, ownerId: number): string {
  const may = ACTIONS.filter((action) => isAllowed(actor(role), action, { ownerId }, where));
  return may.map((action) => ({ read: 'r', add: 'a', write: 'w', remove: 'x', unlock: 'u' })[action]).join('');
}

describe('the policy table', () => {
  const cases: [kind: SpaceKind, role: Role, own: string, others: string][] = [
    ['shared', 'normal', 'rawu', 'ra'],
    ['shared', 'advanced', 'rawxu', 'ra'],
    ['shared', 'admin', 'rawxu', 'rawxu'],
    ['public', 'normal', 'rawu', 'ra'],
    ['public', 'advanced', 'rawxu', 'ra'],
    ['public', 'admin', 'rawxu', 'rawxu'],
    ['media', 'normal', 'r', 'r'],
    ['media', 'advanced', 'rawxu', 'ra'],
    ['media', 'admin', 'rawxu', 'rawxu'],
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
    assert.equal(letters('advanced', space('home', ME), SOMEBODY), 'rawxu');
    assert.equal(letters('advanced', space('home', SOMEBODY), ME), '');
    assert.equal(letters('admin', space('home', SOMEBODY), ME), 'u');
    assert.equal(letters('admin', space('home'), ME), 'u');
  });

  it('says where a tree must be searched for what belongs to others', () => {
    assert.equal(isLimitedToOwn(actor('advanced'), 'remove', space('shared')), true);
    assert.equal(isLimitedToOwn(actor('admin'), 'remove', space('shared')), false);
    assert.equal(isLimitedToOwn(actor('advanced'), 'remove', space('home', ME)), false);
  });
});
