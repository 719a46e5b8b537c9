// npm run bench: see options.ts. Progress goes to standard error, the report to standard output.
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { missingFiles, OURS, PEERS } from './contenders/all.ts';
import type { ContenderKind } from './contenders/contender.ts';
import { measureFloors } from './floors.ts';
import { describeMachine } from './machine.ts';
import { parseOptions, USAGE, type Options } from './options.ts';
import { memoryBytes } from './process-figures.ts';
import { render, type Report } from './report.ts';
import { firstLine, Rounds, type Runner } from './rounds.ts';
import { SCENARIOS } from './scenarios/all.ts';
import { ScratchDisk } from './scratch-disk.ts';

const tell = (line: string): void => void process.stderr.write(`${line}\n`);

function pick<T extends { name: string }>(all: readonly T[], names: readonly string[], what: string): T[] {
  const unknown = names.filter((name) => !all.some((item) => item.name === name));
  if (unknown.length === 0) return all.filter(({ name }) => names.includes(name));
  throw new TypeError(`no such ${what}: ${unknown.join(', ')}; there are ${all.map(({ name }) => name).join(', ')}`);
}

function chooseKinds({ databases, peers }: Options): ContenderKind[] {
  const ours = databases.map((name) => {
    const kind = OURS[name];
    if (kind === undefined) throw new TypeError(`no such database: ${name}; there are ${Object.keys(OURS).join(', ')}`);
    return kind;
  });
  return [...ours, ...(peers === undefined ? PEERS : pick(PEERS, peers, 'peer'))];
}

/** Starts every contender that the machine has the programs for; says who is missing, and why. */
async function startAll(
  kinds: readonly ContenderKind[],
  parent: string,
  stack: AsyncDisposableStack,
): Promise<Started> {
  const runners: Runner[] = [];
  const notes: string[] = [];
  for (const kind of kinds) {
    const missing = missingFiles(kind);
    if (missing.length > 0) {
      notes.push(`${kind.name} did not take part: this machine has no ${missing.join(', ')}`);
      continue;
    }
    tell(`starting ${kind.name}`);
    const disk = await ScratchDisk.create(parent, kind.name.replace(/\W+/g, '-'));
    stack.defer(() => disk.remove());
    const contender = await kind.start(disk.folder).catch((error: unknown) => {
      notes.push(`${kind.name} did not take part: ${firstLine(error)}`);
    });
    if (!contender) continue;
    stack.defer(() => contender.stop());
    runners.push({ kind, contender });
    notes.push(`${kind.name}: ${kind.about}`);
    if (!disk.isMounted) notes.push(`${kind.name} had a plain folder, not a file system of its own`);
  }
  return { runners, notes };
}

interface Started {
  readonly runners: Runner[];
  readonly notes: string[];
}

async function compare(options: Options, parent: string, stack: AsyncDisposableStack): Promise<Report> {
  const scenarios = options.only.length === 0 ? SCENARIOS : pick(SCENARIOS, options.only, 'scenario');
  const floorsAt = await floorFolder(parent, stack);
  const floors = [await measureFloors(floorsAt)];
  const { runners, notes } = await startAll(chooseKinds(options), parent, stack);
  const rounds = new Rounds(runners, { ...options, tell });
  const rows = [];
  for (const scenario of scenarios) {
    tell(scenario.title);
    rows.push({ scenario, results: await rounds.run(scenario) });
  }
  const memory = [];
  for (const { contender } of runners) {
    const { peak } = await memoryBytes(contender.pids);
    memory.push({ contender: contender.name, peakMiB: peak / 1024 ** 2 });
  }
  floors.push(await measureFloors(floorsAt));
  return {
    date: new Date().toISOString().slice(0, 10),
    command: ['npm run bench', ...process.argv.slice(2)].join(' '),
    machine: describeMachine(),
    notes: [`medians of ${options.rounds} interleaved rounds, ${options.seconds} s each under load`, ...notes],
    floors,
    contenders: runners.map(({ kind }) => kind.name),
    rows,
    memory,
  };
}

async function floorFolder(parent: string, stack: AsyncDisposableStack): Promise<string> {
  const disk = await ScratchDisk.create(parent, 'floors');
  stack.defer(() => disk.remove());
  return disk.folder;
}

async function bench(options: Options): Promise<void> {
  const parent = await mkdtemp(join(options.scratch ?? tmpdir(), 'nosocial-bench-'));
  const stack = new AsyncDisposableStack();
  stack.defer(() => rm(parent, { recursive: true, force: true }));
  const interrupted = () => void stack.disposeAsync().finally(() => process.exit(130));
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    // Servers that do not run as root have to reach what is theirs.
    await chmod(parent, 0o755);
    console.log(render(await compare(options, parent, stack), options.format));
  } finally {
    await stack.disposeAsync();
  }
}

async function main(args: readonly string[]): Promise<void> {
  const options = parseOptions(args);
  if (options.isHelp) console.log(USAGE);
  else if (options.isList) for (const { name, title } of SCENARIOS) console.log(`${name.padEnd(20)} ${title}`);
  else await bench(options);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof TypeError ? `${error.message}\n\n${USAGE}` : error);
  process.exitCode = 1;
}
