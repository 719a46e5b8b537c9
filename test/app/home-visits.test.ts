import assert from 'node:assert/strict';
import { HomeVisits } from '../../src/app/home-visits.ts';
import type { Actor } from '../../src/core/actor.ts';
import type { FinishedRequest } from '../../src/http/access-log.ts';
import type { AuditEvent } from '../../src/observe/audit.ts';

const ADAM: Actor = { userId: 1, name: 'adam', role: 'admin', opensHomes: true };

describe('visits to the homes of others', () => {
  const visits = new HomeVisits();
  const targets: (string | undefined)[] = [];
  const audit = { record: ({ target }: AuditEvent) => targets.push(target) };
  const request = { method: 'POST', path: '/api/v1/files/bulk', remoteAddress: '192.0.2.1' } as FinishedRequest;

  it('are written down once for each home, also those of a job that goes on after the answer', () => {
    const actor = { ...ADAM };
    for (const owner of ['ann', 'ben', 'ann']) visits.note(actor, owner);
    assert.deepEqual(targets, []);
    visits.record({ ...request, user: actor }, audit);
    assert.deepEqual(targets, ['ann', 'ben']);
    for (const owner of ['ann', 'nora', 'nora']) visits.note(actor, owner);
    assert.deepEqual(targets, ['ann', 'ben', 'nora']);
  });
});
