import assert from 'node:assert/strict';
import { chmod, readFile, rename, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { startServer } from '../../support/server.ts';
import { Commands, runWell, type HasCommands } from './fixture.ts';

interface Finding {
  subject: string;
  level: 'ok' | 'warn' | 'fail';
  message: string;
  advice?: string;
}

interface Diagnosis {
  isHealthy: boolean;
  findings: Finding[];
}

async function diagnose(on: HasCommands, ...args: string[]): Promise<Diagnosis & { code: number | null }> {
  const { code, stdout } = await on.cli(['doctor', '--json', ...args]);
  return { code, ...(JSON.parse(stdout) as Diagnosis) };
}

function levelsOf({ findings }: Diagnosis, subject: string): string[] {
  return findings.filter((finding) => finding.subject === subject).map(({ level }) => level);
}

describe('doctor', function () {
  this.timeout(60_000);
  let commands: Commands;

  beforeEach(async () => (commands = await Commands.create()));
  afterEach(async () => commands.remove());

  it('finds nothing to complain about but what is missing, before the first start', async () => {
    const diagnosis = await diagnose(commands, '--listen', '127.0.0.1:0');
    assert.deepEqual(levelsOf(diagnosis, 'data folder'), ['warn']);
    assert.deepEqual(levelsOf(diagnosis, 'database'), ['warn']);
    assert.deepEqual(levelsOf(diagnosis, 'port'), ['ok']);
    assert.deepEqual(levelsOf(diagnosis, 'node'), ['ok']);
    assert.equal(diagnosis.isHealthy, true);
    assert.equal(diagnosis.code, 0);
  });

  it('asks a running server, and the port is its own', async () => {
    const server = await startServer();
    try {
      await server.addUser('anna', { password: 'secret-word', role: 'admin' });
      const diagnosis = await diagnose(server);
      assert.equal(diagnosis.code, 0);
      const said = diagnosis.findings.map(({ message }) => message).join('\n');
      assert.match(said, /asked through the server \(process \d+\)/);
      assert.ok(said.includes(`the server answers at ${server.url}`));
      assert.deepEqual(levelsOf(diagnosis, 'users'), []);
    } finally {
      await server.stop();
    }
  });

  it('checks the structure of the database while no server runs', async () => {
    await runWell(commands, 'user add anna --role admin --password-stdin', 'secret-word');
    const { out } = await runWell(commands, 'doctor --listen 127.0.0.1:0');
    assert.match(out, /^ok {4}database: its structure is sound/m);
  });

  it('finds a damaged database', async () => {
    await runWell(commands, 'user add anna --role admin --password-stdin', 'secret-word');
    const file = join(commands.dataFolder, 'nosocial.db');
    const content = await readFile(file);
    content.fill(0xff, 4096, content.length / 2);
    await writeFile(file, content);
    const diagnosis = await diagnose(commands, '--listen', '127.0.0.1:0');
    assert.ok(levelsOf(diagnosis, 'database').includes('fail'));
    assert.deepEqual(levelsOf(diagnosis, 'disks'), []);
    assert.equal(diagnosis.code, 1);
  });

  it('finds a disk that is down, and says how to get it back', async () => {
    const disk = commands.scratch.path('drive');
    await runWell(commands, `disk add ${disk} --name drive`);
    await rename(disk, `${disk}.away`);
    const diagnosis = await diagnose(commands, '--listen', '127.0.0.1:0');
    const finding = diagnosis.findings.find(({ subject, level }) => subject === 'disk "drive"' && level === 'fail');
    assert.match(finding?.message ?? '', /it is down/);
    assert.match(finding?.advice ?? '', /mount it at/);
    assert.equal(diagnosis.code, 1);
  });

  it('finds two disks on one file system', async () => {
    await runWell(commands, `disk add ${commands.scratch.path('a')}`);
    await runWell(commands, `disk add ${commands.scratch.path('b')}`);
    const { findings } = await diagnose(commands, '--listen', '127.0.0.1:0');
    assert.ok(findings.some(({ message }) => message === 'it lies on the same file system as disk "disk1"'));
    assert.ok(
      !findings.some(({ message }) => message.includes('becomes a disk')),
      'the one in the data folder does not',
    );
  });

  it('finds a port that another program has', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = other.address() as AddressInfo;
      const diagnosis = await diagnose(commands, '--listen', `127.0.0.1:${port}`);
      assert.deepEqual(levelsOf(diagnosis, 'port'), ['fail']);
      assert.equal(diagnosis.code, 1);
    } finally {
      await new Promise((resolve) => other.close(resolve));
    }
  });

  it('finds data that others may read, and changes nothing', async () => {
    await runWell(commands, 'user add anna --role admin --password-stdin', 'secret-word');
    await chmod(commands.dataFolder, 0o755);
    await chmod(join(commands.dataFolder, 'nosocial.db'), 0o644);
    const { out } = await runWell(commands, 'doctor --listen 127.0.0.1:0');
    assert.match(out, /warn {2}data folder: others may open ".*data" \(mode 0755\)\n {6}→ chmod 700/);
    assert.match(out, /warn {2}data folder: others may open ".*nosocial\.db" \(mode 0644\)\n {6}→ chmod 600/);
  });
});
