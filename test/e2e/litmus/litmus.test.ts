import assert from 'node:assert/strict';
import { describeOnDatabases } from '../../support/databases.ts';
import { run, Scratch } from '../../support/processes.ts';
import { startServer, type TestServer } from '../../support/server.ts';

/** How many tests each suite of litmus 0.13 runs: fewer means that it gave up on the way. */
const SUITES = { basic: 16, copymove: 13, props: 30, locks: 41, http: 4 };

interface Report {
  testsRun: number;
  passed: number;
  failed: number;
  /** What failed, was skipped or came with a warning, in litmus' own words. */
  complaints: string[];
}

function parseReport(output: string): Report {
  const lines = output.split(/[\r\n]+/).map((line) => line.trimEnd());
  const summary = lines.map((line) => /of (\d+) tests run: (\d+) passed, (\d+) failed/.exec(line)).find(Boolean);
  if (!summary) throw new Error(`litmus gave no summary: ${output}`);
  const [testsRun = 0, passed = 0, failed = 0] = summary.slice(1).map(Number);
  const complaints = lines.filter((line) =>
    /WARNING|FAIL|SKIPPED|warning(s)? (was|were) issued|with \d+ warning/.test(line),
  );
  return { testsRun, passed, failed, complaints };
}

describeOnDatabases('litmus 0.13', function (database) {
  this.timeout(60_000);
  let server: TestServer;
  let scratch: Scratch;

  before(async () => {
    scratch = await Scratch.create('litmus');
    server = await startServer({ database });
    await server.addUser('litmus', { password: 'litmus-secret' });
  });

  after(async () => {
    await server.stop();
    await scratch.remove();
  });

  for (const [suite, tests] of Object.entries(SUITES)) {
    it(`passes every test of ${suite}, without a warning`, async () => {
      const { stdout } = await run('litmus', ['-k', server.davUrl, 'litmus', 'litmus-secret'], {
        env: { ...scratch.env, TESTS: suite },
        cwd: scratch.folder,
      });
      const { complaints, ...counts } = parseReport(stdout);
      assert.deepEqual(complaints, []);
      assert.deepEqual(counts, { testsRun: tests, passed: tests, failed: 0 });
    });
  }
});
