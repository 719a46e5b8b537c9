import assert from 'node:assert/strict';
import type { TelevisionStatus } from '../../../src/api/contract/television-status.ts';
import { film, oddFilm } from '../../support/media.ts';
import { until } from '../../support/processes.ts';
import { startServer } from '../../support/server.ts';
import { TestTelevision } from '../../support/television.ts';
import { Commands, type HasCommands } from './fixture.ts';

interface Diagnosis {
  readonly isHealthy: boolean;
  readonly findings: readonly { subject: string; level: string; message: string; advice?: string }[];
  readonly status?: TelevisionStatus;
}

async function diagnose(on: HasCommands): Promise<Diagnosis> {
  const { stdout } = await on.cli(['doctor', 'dlna', '--json']);
  return JSON.parse(stdout) as Diagnosis;
}

/** What was found about a subject, in a line; '' for nothing. */
function aboutOf({ findings }: Diagnosis, wanted: string): string {
  const found = findings.find(({ subject }) => subject === wanted);
  return found ? `${found.level}: ${found.message} → ${found.advice}` : '';
}

describe('doctor dlna', function () {
  this.timeout(60_000);

  it('tells of networks, the library, requests, and films that sets refuse', async () => {
    const television = await TestTelevision.start();
    const { server } = television;
    try {
      await television.dav.put('Movies/good.mp4', await film(1));
      await television.dav.request('MKCOL', 'Movies/Old');
      await television.dav.put('Movies/Old/odd.avi', await oddFilm());
      await television.dav.put('Movies/broken.mkv', Buffer.from('no film at all'));
      await television.shown('good');
      await television.ask('/device.xml', { headers: { host: 'films.example' } });
      const said = await until(
        'all films looked into',
        async () => {
          const diagnosis = await diagnose(server);
          const { films, unread } = diagnosis.status?.library ?? {};
          return films === 3 && unread === 0 ? diagnosis : undefined;
        },
        { timeoutMs: 30_000 },
      );
      const of = (subject: string) => aboutOf(said, subject);
      assert.match(of('network lo'), /^ok: http:\/\/127\.0\.0\.1:\d+, for whoever is in .*announced/);
      assert.match(of('film "Movies/Old/odd.avi"'), /^warn: AVI is no longer played.*DivX.* → ffmpeg -i IN /);
      assert.match(of('film "Movies/broken.mkv"'), /nothing could be read/);
      assert.equal(of('film "Movies/good.mp4"'), '');
      assert.match(of('firewall'), /UDP 1900/);
      assert.match(of('ffmpeg'), /^ok:/);
      const [seen] = said.status?.televisions ?? [];
      assert.equal(seen?.userAgent, 'a television');
      assert.deepEqual(seen.problems, ['Host is films.example, which is not this address and port']);

      const { code, stdout } = await server.cli(['doctor', 'dlna']);
      assert.equal(code, said.isHealthy ? 0 : 1);
      assert.match(stdout, /127\.0\.0\.1 +403 +GET \/device\.xml +Host is films\.example/);
      assert.match((await server.cli(['doctor'])).stdout, /televisions: 3 films/);
    } finally {
      await television.stop();
    }
  });

  it('says that it is turned off, and that there is nothing yet', async () => {
    const server = await startServer();
    const commands = await Commands.create();
    try {
      const { isHealthy, findings } = await diagnose(server);
      assert.equal(isHealthy, true);
      assert.deepEqual(
        findings.map(({ message }) => message),
        ['the media server is turned off'],
      );
      assert.match((await commands.cli(['doctor', 'dlna'])).stdout, /there are none yet/);
    } finally {
      await commands.remove();
      await server.stop();
    }
  });
});
