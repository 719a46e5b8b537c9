import assert from 'node:assert/strict';
import { Registrations } from '../../src/auth/registrations.ts';
import { createInvitation } from '../../src/core/invitations.ts';
import { TestCore } from '../support/test-core.ts';

const ADDRESS = '192.0.2.1';

describe('registrations by invitation', () => {
  let world: TestCore;
  let registrations: Registrations;
  let invitation: string;

  before(async () => {
    world = await TestCore.open({
      accounts: { registration: 'invitation', newRole: 'advanced', adminsOpenHomes: false },
    });
    const { core } = world;
    registrations = new Registrations({ core, hasher: { hash: async () => 'none' }, onEvent: () => undefined });
    const createdBy = world.actors.get('adam')!.userId;
    const wanted = { role: undefined, quotaBytes: undefined, days: 1, maxUses: 100, note: '', createdBy };
    ({ secret: invitation } = await createInvitation(core, wanted));
  });
  after(() => world.close());

  const register = (name: string) =>
    registrations.register({ name, password: 'a password of theirs', invitation, address: ADDRESS });

  it('let a whole class in at once, and nobody try names one after the other', async () => {
    await Promise.all(Array.from({ length: 40 }, (_, pupil) => register(`pupil ${pupil}`)));
    for (let guess = 0; guess < 30; guess++) await assert.rejects(register('ann'), { code: 'already-exists' });
    await assert.rejects(register('ann'), { code: 'too-many-attempts' });
    world.clock.advance(12 * 60);
    await register('one more');
  });
});
