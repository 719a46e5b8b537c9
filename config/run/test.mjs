// npm test [-- suite…]: sets up, runs every suite that this machine can run, and says what did not run and why.
// With CI=true anything that did not run is a failure. --list shows the suites; --night runs them at length, and those
// that run only then or when they are named.
import { suites } from '../../test/suites.mjs';
import { ensureBuilt, ensureInstalled, launch, LaunchError, LaunchUsageError, onOrphaned } from './checkout.mjs';
import { installPackages, obstacle } from './requirements.mjs';
import { runSuite } from './run-suite.mjs';

/** How much of a failure's message is said once more at the end. */
const SHOWN_LINES = 8;

const isCi = process.env.CI === 'true' || process.env.CI === '1';

function choose(args) {
  const names = args.filter((arg) => arg !== '--night');
  const isNight = args.includes('--night');
  const unknown = names.filter((name) => !suites.some((suite) => suite.name === name));
  if (unknown.length > 0) {
    throw new LaunchUsageError(`no such suite: ${unknown.join(', ')}; npm test -- --list shows them`);
  }
  const isDue = ({ onlyAtNight = false }) => isNight || !onlyAtNight;
  const chosen = suites.filter((suite) => (names.length > 0 ? names.includes(suite.name) : isDue(suite)));
  return isNight ? chosen.map((suite) => ({ ...suite, environment: suite.atNight })) : chosen;
}

/** A build that fails is one failure of this run; what needs no build runs all the same. */
async function build() {
  const startedMs = Date.now();
  try {
    await ensureBuilt();
    return [];
  } catch (error) {
    if (!(error instanceof LaunchError)) throw error;
    const seconds = (Date.now() - startedMs) / 1000;
    return [{ name: 'build', passed: 0, failed: 1, pending: [], seconds, trouble: error.message }];
  }
}

async function runAll(chosen) {
  const results = await runSideBySide(chosen.filter(({ isLast = false }) => !isLast));
  results.push(...(await runSideBySide(chosen.filter(({ isLast = false }) => isLast))));
  const place = ({ name }) => chosen.findIndex((suite) => suite.name === name);
  return results.sort((one, other) => place(one) - place(other));
}

/** Those that may run beside others do, one after the other; when the others are through first, two at a time. */
async function runSideBySide(chosen) {
  const inTurn = chosen.filter(({ isBeside = false }) => !isBeside);
  const beside = chosen.filter(({ isBeside = false }) => isBeside);
  const lanes = [() => inTurn.shift() ?? beside.pop(), () => beside.shift()];
  return (await Promise.all(lanes.map(runLane))).flat();
}

/** Runs what `next` gives, until it gives nothing more. */
async function runLane(next) {
  const results = [];
  for (let suite = next(); suite !== undefined; suite = next()) {
    results.push({ name: suite.name, ...(await runOne(suite)) });
  }
  return results;
}

async function runOne(suite) {
  const reason = obstacle(suite);
  console.log(`\n${suite.name}: ${suite.about}`);
  if (reason !== undefined) {
    console.log(`  did not run: ${reason}`);
    return { passed: 0, failed: 0, pending: [], seconds: 0, reason };
  }
  const { output, ...result } = await runSuite(suite);
  if (output !== undefined) console.log(`\n${suite.name}:\n${output.trimEnd()}`);
  console.log(`  ${suite.name}: ${summary(result)}`);
  return result;
}

function summary({ passed, failed, pending, seconds, trouble }) {
  const skipped = pending.length > 0 ? `, ${pending.length} did not run` : '';
  return `${passed} passed, ${failed} failed${skipped}, ${seconds.toFixed(1)} s${trouble ? `: ${trouble}` : ''}`;
}

function printTable(results, forTheNight) {
  const width = Math.max(...[...results, ...forTheNight].map(({ name }) => name.length));
  console.log(`\n${'suite'.padEnd(width)}  passed  failed  seconds`);
  for (const { name, passed, failed, seconds, reason, trouble } of results) {
    const note = reason !== undefined ? `  did not run: ${reason}` : trouble ? `  ${trouble}` : '';
    const figures = [String(passed).padStart(6), String(failed).padStart(6), seconds.toFixed(1).padStart(7)];
    console.log(`${name.padEnd(width)}  ${figures.join('  ')}${note}`);
  }
  for (const { name } of forTheNight) console.log(`${name.padEnd(width)}  night only: npm run test:night`);
  for (const { name, pending } of results) {
    for (const title of pending) console.log(`did not run: ${name}: ${title}`);
  }
  for (const { name, failures = [] } of results) {
    for (const { title, message } of failures) console.log(`FAILED ${name}: ${title}\n  ${firstLines(message)}`);
  }
}

/** What was wrong, for who sees only the end of the output; the whole of it stands with the suite. */
function firstLines(message) {
  return message.split('\n').slice(0, SHOWN_LINES).join('\n  ');
}

await launch(async (args) => {
  if (args.includes('--list')) {
    for (const { name, about, onlyAtNight } of suites) {
      console.log(`${name.padEnd(14)} ${about}${onlyAtNight ? ' (night only)' : ''}`);
    }
    return 0;
  }
  const chosen = choose(args);
  onOrphaned(() => process.kill(process.pid, 'SIGTERM'));
  const startedMs = Date.now();
  await ensureInstalled();
  const buildResult = await build();
  installPackages(chosen);
  const results = [...buildResult, ...(await runAll(chosen))];
  printTable(results, args.length === 0 ? suites.filter(({ onlyAtNight }) => onlyAtNight) : []);
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const notRun = results.reduce((sum, { reason, pending }) => sum + (reason === undefined ? 0 : 1) + pending.length, 0);
  const failed = results.reduce((sum, result) => sum + result.failed, 0) + (isCi ? notRun : 0);
  if (notRun > 0) console.log(`${notRun} did not run${isCi ? ', which counts as failed with CI=true' : ''}`);
  console.log(`${((Date.now() - startedMs) / 1000).toFixed(1)} s in all`);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
});
