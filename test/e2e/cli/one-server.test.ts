import assert from 'node:assert/strict';
import { once } from 'node:events';
import { cp, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { DataLock } from '../../../src/app/data-lock.ts';
import { Scratch, until } from '../../support/processes.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { readJson, runBadly, runWell } from './fixture.ts';

interface Holder {
  pid: number;
  controlPath?: string;
  url?: string;
}

async function holderOf(server: TestServer): Promise<Holder> {
  return JSON.parse(await readFile(join(server.dataFolder, 'server.json'), 'utf8')) as Holder;
}

describe('one server for the data', function () {
  this.timeout(60_000);
  let server: TestServer;

  beforeEach(async () => (server = await startServer()));
  afterEach(async () => server.stop());

  it('makes a second one on the same data end with exit code 4', async () => {
    const said = await runBadly(server, 4, 'serve --listen 127.0.0.1:0');
    assert.ok(said.includes(`a server is running on "${server.dataFolder}" already at ${server.url}`), said);
    assert.ok(said.includes(`process ${server.pid}`));
    assert.equal((await fetch(`${server.url}/healthz`)).status, 200);
  });

  it('makes one with other data but the same database end with exit code 4', async () => {
    const database = server.scratch.path('shared.db');
    const other = await startServer({ args: ['--database', `sqlite:${database}`] });
    try {
      const said = await runBadly(
        server,
        4,
        `serve --listen 127.0.0.1:0 --data ${other.scratch.path('b')} --database sqlite:${database}`,
      );
      assert.match(said, /the database ".*shared\.db" is in use with another data folder/);
    } finally {
      await other.stop();
    }
  });

  it('refuses commands about another database', async () => {
    const said = await runBadly(server, 4, `user list --database sqlite:${server.scratch.path('data', 'server.json')}`);
    assert.match(said, /uses another database/);
  });

  it('does not take a command for a server: the next start waits for it', async () => {
    await server.end();
    const place = {
      dataFolder: server.dataFolder,
      database: { kind: 'sqlite', file: join(server.dataFolder, 'nosocial.db'), shown: 'the database' },
    } as const;
    const lock = DataLock.tryTake(place, 'command');
    assert.ok(lock);
    const started = server.restart();
    await new Promise(setImmediate);
    lock.release();
    await started;
    assert.equal((await fetch(`${server.url}/readyz`)).status, 200);
  });

  it('leaves a control socket for its owner only', async () => {
    const { controlPath } = await holderOf(server);
    assert.equal(controlPath, join(server.dataFolder, 'control.sock'));
    for (const file of ['control.sock', 'server.lock', 'server.json', 'nosocial.db', 'nosocial.db-wal', 'audit.log']) {
      assert.equal((await stat(join(server.dataFolder, file))).mode & 0o777, 0o600, file);
    }
    assert.equal((await stat(server.dataFolder)).mode & 0o777, 0o700);
  });

  it('is taken over after kill -9, by commands and by the next server', async () => {
    const { controlPath, pid } = await holderOf(server);
    await server.kill();
    assert.ok((await stat(controlPath!)).isSocket(), 'the socket of the dead server is still there');
    assert.equal((await holderOf(server)).pid, pid);
    assert.deepEqual(await readJson(server, 'user list'), []);
    await server.restart();
    assert.notEqual((await holderOf(server)).pid, pid);
    assert.match((await runWell(server, 'doctor')).out, /asked through the server/);
  });

  it('takes no new number of an old process for a server', async () => {
    await server.kill();
    // As if the dead server's number had been given to this process.
    const holder = { ...(await holderOf(server)), pid: process.pid };
    await writeFile(join(server.dataFolder, 'server.json'), JSON.stringify(holder));
    assert.deepEqual(await readJson(server, 'user list'), []);
    await server.restart();
  });

  it('outlives clients that connect and say nothing, or nonsense', async () => {
    const { controlPath } = await holderOf(server);
    const silent = connect(controlPath!);
    await once(silent, 'connect');
    const loud = connect(controlPath!);
    loud.write('{"nonsense\n');
    const [answer] = (await once(loud, 'data')) as [Buffer];
    assert.equal((JSON.parse(answer.toString()) as { ok: boolean }).ok, false);
    const unknown = connect(controlPath!);
    unknown.write('{"request":"constructor","args":{}}\n');
    const [refusal] = (await once(unknown, 'data')) as [Buffer];
    assert.match(refusal.toString(), /bad-request.*does not know/);
    assert.equal(await server.end(), 0);
    silent.destroy();
  });
});

describe('a data folder with a long path', function () {
  this.timeout(30_000);
  let scratch: Scratch;
  let server: TestServer;

  before(async () => {
    scratch = await Scratch.create('long');
    const dataFolder = scratch.path('d'.repeat(100), 'data');
    await mkdir(dataFolder, { recursive: true });
    server = await startServer({ dataFolder });
  });
  after(async () => {
    await server.stop();
    await scratch.remove();
  });

  it('has its control socket elsewhere, in a folder of its own', async () => {
    const { controlPath } = await holderOf(server);
    assert.match(controlPath!, /nosocial-control-\w+\/control\.sock$/);
    assert.equal((await stat(join(controlPath!, '..'))).mode & 0o777, 0o700);
    await runWell(server, 'user add anna --role admin --password-stdin', 'secret-word');
    assert.match((await runWell(server, 'doctor')).out, /asked through the server/);
  });

  it('is left alone by a server on a copy of the folder', async () => {
    const { controlPath } = await holderOf(server);
    const copy = scratch.path('copy');
    await mkdir(copy, { recursive: true });
    await cp(join(server.dataFolder, 'server.json'), join(copy, 'server.json'));
    const other = await startServer({ dataFolder: copy });
    await other.stop();
    assert.ok((await stat(controlPath!)).isSocket());
    await runWell(server, 'user list');
  });

  it('leaves nothing there, however it ends', async () => {
    const killed = await holderOf(server);
    await server.kill();
    await server.restart();
    await assert.rejects(stat(killed.controlPath!), { code: 'ENOENT' });
    const ended = await holderOf(server);
    assert.equal(await server.end(), 0);
    await assert.rejects(stat(join(ended.controlPath!, '..')), { code: 'ENOENT' });
  });
});

describe('a server that cannot be asked', () => {
  it('keeps commands away from its database', async () => {
    const server = await startServer();
    try {
      // Its socket is gone, as for a user who may not reach it.
      const { controlPath } = await holderOf(server);
      await rename(controlPath!, `${controlPath!}.away`);
      const said = await runBadly(server, 4, 'user list');
      assert.match(said, /holds ".*", but does not answer at its control socket; nothing was changed/);
    } finally {
      await server.stop();
    }
  }).timeout(60_000);
});

describe('the end of a server', function () {
  this.timeout(60_000);

  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    it(`is orderly after ${signal}`, async () => {
      const server = await startServer();
      try {
        assert.equal(await server.end(signal), 0);
        assert.match(server.stderr, /ended/);
        await assert.rejects(stat(join(server.dataFolder, 'control.sock')), { code: 'ENOENT' });
        assert.equal((await holderOf(server)).controlPath, undefined);
      } finally {
        await server.stop();
      }
    });
  }

  it('comes at once with a second signal', async () => {
    const server = await startServer({ env: { NOSOCIAL_SHUTDOWN_GRACE_SECONDS: '600' } });
    try {
      await server.addUser('anna', { password: 'secret-word' });
      // A request that never comes to its end holds up the first signal.
      const { hostname, port } = new URL(server.url);
      const socket = connect(Number(port), hostname);
      const authorization = Buffer.from('anna:secret-word').toString('base64');
      socket.on('error', () => undefined);
      socket.write(
        `PUT /dav/Mere/slow HTTP/1.1\r\nHost: x\r\nAuthorization: Basic ${authorization}\r\n` +
          'Content-Length: 1000000\r\nExpect: 100-continue\r\n\r\n',
      );
      await once(socket, 'data');
      process.kill(server.pid, 'SIGTERM');
      await until('the server begins to end', () => server.stderr.includes('ending') || undefined);
      assert.equal(await server.end('SIGINT'), 1);
      assert.match(server.stderr, /asked again: ending at once/);
      socket.destroy();
    } finally {
      await server.stop();
    }
  });

  for (const fault of ["Promise.reject(new Error('boom'))", "setTimeout(() => { throw new Error('boom') }, 0)"]) {
    it(`follows a fault that nobody caught: ${fault}`, async () => {
      const code = encodeURIComponent(`process.on('SIGUSR2', () => { ${fault}; })`);
      const server = await startServer({ env: { NODE_OPTIONS: `--import=data:text/javascript,${code}` } });
      try {
        const child = server.pid;
        process.kill(child, 'SIGUSR2');
        await until('the fault is in the log', () => server.stderr.includes('boom') || undefined);
        assert.equal(await server.end(), 1);
        assert.match(server.stderr, /a fault that nobody caught: ending/);
        await server.restart();
      } finally {
        await server.stop();
      }
    });
  }
});
