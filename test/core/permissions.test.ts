import assert from 'node:assert/strict';
import type { Actor, Role } from '../../src/core/actor.ts';
import type { Space, SpaceKind } from '../../src/core/node.ts';
import { isAllowed, isLimitedToOwn, type Action } from '../../src/core/permissions.ts';

const ME = 1;
const SOMEBODY = 2;
const ACTIONS: readonly Action[] = ['read', 'add', 'write', 'remove'];

function space(kind: SpaceKind, ownerId?: number): Space {
  return { id: 1, kind, mountName: '', ownerId, rootId: 1 };
}

function actor(role: Role): Actor {
  return { userId: ME, name: 'me', role };
}

/** What may be done, as letters: r(ead) a(dd) w(rite) x (remove). */
function letters(role: Role, where: Space, ownerId: number): string {
  const may = ACTIONS.filter((action) => isAllowed(actor(role), action, { ownerId }, where));
  return may.map((action) => ({ read: 'r', add: 'a', write: 'w', remove: 'x' })[action]).join('');
}

describe('the policy table', () => {
  const cases: [kind: SpaceKind, role: Role, own: string, others: string][] = [
    ['shared', 'normal', 'raw', 'ra'],
    ['shared', 'advanced', 'rawx', 'ra'],
    ['shared', 'admin', 'rawx', 'rawx'],
    ['public', 'normal', 'raw', 'ra'],
    ['public', 'advanced', 'rawx', 'ra'],
    ['public', 'admin', 'rawx', 'rawx'],
    ['media', 'normal', 'r', 'r'],
    ['media', 'advanced', 'rawx', 'ra'],
    ['media', 'admin', 'rawx', 'rawx'],
    ['root', 'normal', 'r', 'r'],
    ['root', 'admin', 'r', 'r'],
  ];
  for (const [kind, role, own, others] of cases) {
    it(`gives ${role} in a ${kind} space "${own}" on what is theirs and "${others}" on the rest`, () => {
      assert.equal(letters(role, space(kind), ME), own);
      assert.equal(letters(role, space(kind), SOMEBODY), others);
    });
  }

  it('gives a home to its owner alone, whatever the role and whoever owns the node', () => {
    assert.equal(letters('advanced', space('home', ME), SOMEBODY), 'rawx');
    assert.equal(letters('admin', space('home', SOMEBODY), ME), '');
    assert.equal(letters('admin', space('home'), ME), '');
  });

  it('says where a tree must be searched for what belongs to others', () => {
    assert.equal(isLimitedToOwn(actor('advanced'), 'remove', space('shared')), true);
    assert.equal(isLimitedToOwn(actor('admin'), 'remove', space('shared')), false);
    assert.equal(isLimitedToOwn(actor('advanced'), 'remove', space('home', ME)), false);
  });
});
