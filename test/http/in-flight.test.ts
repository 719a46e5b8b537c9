import assert from 'node:assert/strict';
import { Admission } from '../../src/http/admission.ts';
import { InFlightLimiter } from '../../src/http/in-flight.ts';
import { startServer } from './fixture.ts';

describe('requests in flight', () => {
  it('are bounded for each user by itself', () => {
    const limiter = new InFlightLimiter(2);
    const leave = limiter.enter(1);
    limiter.enter(1);
    assert.throws(() => limiter.enter(1), { code: 'busy', details: { retryAfterSeconds: 1 } });
    limiter.enter(2);
    leave();
    leave();
    limiter.enter(1);
    assert.throws(() => limiter.enter(1), { code: 'busy' });
  });

  it('count until they are answered', async () => {
    const limiter = new InFlightLimiter(1);
    const ann = { userId: 1, name: 'ann', role: 'normal' } as const;
    const admission = new Admission({ basic: () => Promise.resolve(ann) }, limiter);
    const held = Promise.withResolvers<undefined>();
    const begun = Promise.withResolvers<undefined>();
    const { server, url } = await startServer({
      dav: async (request, response) => {
        const isAdmitted = await admission.authenticate(request).then(
          () => true,
          () => false,
        );
        begun.resolve(undefined);
        if (request.url === '/dav/slow') await held.promise;
        response.writeHead(isAdmitted ? 200 : 503).end();
      },
    });
    const status = async (path: string) => (await fetch(url + path)).status;
    const slow = status('/dav/slow');
    await begun.promise;
    assert.equal(await status('/dav/quick'), 503);
    held.resolve(undefined);
    assert.equal(await slow, 200);
    assert.equal(await status('/dav/quick'), 200);
    await server.close(0);
  });
});
