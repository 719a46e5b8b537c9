// One suite as one mocha process on Node 26, over the TypeScript sources.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { nodeBinary, root, tool } from './checkout.mjs';

/** How long a suite may stay alive after its last test: something is still open then, and that is a failure. */
const EXIT_GRACE_MS = 10_000;
/** How long what an ended suite said may be on its way. */
const LAST_WORDS_MS = 2_000;

/**
 * What Node made of the sources, for all processes of a run: each server and each command would strip the types anew,
 * which takes half of its start. Where lines are counted, nothing may come from there.
 */
const compiled = process.env.NODE_V8_COVERAGE
  ? undefined
  : fs.mkdtempSync(path.join(os.tmpdir(), 'nosocial-compiled-'));
if (compiled) process.once('exit', () => remove(compiled));

/** The command line in front of one that sees no network but its own loopback, and whose mounts nobody else sees. */
export const IN_OWN_NETWORK = ['unshare', '--net', '--mount', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'];

/**
 * Runs the suite and resolves to { passed, failed, pending, seconds, trouble }: `pending` holds the titles of tests
 * that skipped themselves, `trouble` says what went wrong beside the tests. What a suite says that runs beside others
 * is kept till its end, as `output`. Leaves no process of the suite behind.
 */
export async function runSuite(suite) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'nosocial-test-'));
  // davfs2 and Apache give up root and must still reach what is theirs.
  fs.chmodSync(folder, 0o755);
  const resultFile = path.join(folder, 'result.json');
  const removeFolder = () => remove(folder);
  process.once('exit', removeFolder);
  const startedMs = Date.now();
  try {
    const { trouble, exitCode, output } = await runMocha(suite, resultFile);
    const counts = readResult(resultFile);
    const ended = { seconds: (Date.now() - startedMs) / 1000, output };
    if (counts === undefined) {
      return { passed: 0, failed: 1, pending: [], ...ended, trouble: trouble ?? 'ended without a result; see above' };
    }
    const said = trouble ?? troubleOf(counts, exitCode);
    const isUncounted = said !== undefined && counts.failed === 0;
    return { ...counts, failed: counts.failed + (isUncounted ? 1 : 0), ...ended, trouble: said };
  } finally {
    process.off('exit', removeFolder);
    removeFolder();
  }
}

/** A suite that was killed may leave processes that are just ending, and a disk mounted: that is told, no more. */
function remove(folder) {
  try {
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  } catch (error) {
    console.log(`  ${folder} could not be removed: ${error.message}`);
  }
}

/** Mocha's exit code is the number of failures; without any it tells of something else. */
function troubleOf({ passed, failed, pending }, exitCode) {
  if (passed + failed + pending.length === 0) return 'no tests';
  return failed === 0 && exitCode !== 0 ? `ended with exit code ${exitCode}; see above` : undefined;
}

/** Resolves to the exit code of mocha, and to what was wrong with its process. */
function runMocha(suite, resultFile) {
  const reporter = fileURLToPath(new URL('./mocha-reporter.mjs', import.meta.url));
  const except = (suite.except ?? []).flatMap((pattern) => ['--ignore', pattern]);
  const patience = suite.testSeconds === undefined ? [] : ['--timeout', String(suite.testSeconds * 1000)];
  const options = ['--forbid-only', '--reporter', reporter, ...patience, ...except];
  const mocha = [tool('mocha/bin/mocha.js'), ...options, ...suite.spec];
  const [command, ...args] = [...(suite.ownNetwork ? IN_OWN_NETWORK : []), nodeBinary(), ...mocha];
  const child = spawn(command, args, {
    cwd: root,
    // What a suite that was killed leaves behind in its temporary folder goes with it.
    env: {
      ...suite.environment,
      ...(compiled && { NODE_COMPILE_CACHE: compiled }),
      ...process.env,
      NOSOCIAL_TEST_RESULT: resultFile,
      TMPDIR: path.dirname(resultFile),
    },
    stdio: suite.isBeside ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    detached: true,
  });
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (piece) => said.push(piece));
  const killGroup = () => {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
    }
  };
  return new Promise((resolve, reject) => {
    let trouble;
    const end = (why) => {
      trouble = why;
      killGroup();
    };
    const limit = setTimeout(() => end(`took more than ${suite.timeoutSeconds} s`), suite.timeoutSeconds * 1000);
    const watch = watchForResult(resultFile, () => end('did not exit after its last test: something is still open'));
    const interrupted = (signal) => process.exit(signal === 'SIGINT' ? 130 : 143);
    process.on('SIGINT', interrupted).on('SIGTERM', interrupted);
    // On any way out, for every suite that runs; before its folder is removed.
    process.prependListener('exit', killGroup);
    child.on('error', reject);
    child.on('exit', async (code, signal) => {
      clearTimeout(limit);
      watch.stop();
      process.off('SIGINT', interrupted).off('SIGTERM', interrupted).off('exit', killGroup);
      killGroup();
      if (signal !== null) trouble ??= `ended by ${signal}`;
      // What is left of it, in a group of its own, may hold the pipe open for ever.
      if (suite.isBeside) await Promise.race([once(child, 'close'), delay(LAST_WORDS_MS)]);
      resolve({ exitCode: code, trouble, output: suite.isBeside ? Buffer.concat(said).toString() : undefined });
    });
  });
}

function watchForResult(resultFile, onOverdue) {
  let timer;
  const look = () => {
    timer = fs.existsSync(resultFile) ? setTimeout(onOverdue, EXIT_GRACE_MS) : setTimeout(look, 500);
  };
  look();
  return { stop: () => clearTimeout(timer) };
}

function readResult(file) {
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : undefined;
}
