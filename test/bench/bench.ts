import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { missingFiles } from './contenders/all.ts';
import type { ContenderKind } from './contenders/contender.ts';
import { measureFloors } from './floors.ts';
import { describeMachine } from './machine.ts';
import type { Options } from './options.ts';
import { memoryBytes } from './process-figures.ts';
import type { Memory, Report, Row } from './report.ts';
import { firstLine, Rounds, type Runner } from './rounds.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { ScratchDisk } from './scratch-disk.ts';
import type { Study, Table } from './studies/study.ts';

/** Who is measured and in what. */
export interface Plan {
  readonly kinds: readonly ContenderKind[];
  readonly scenarios: readonly Scenario[];
  readonly studies: readonly Study[];
}

interface Started {
  readonly runners: readonly Runner[];
  /** How each is set up, and who is missing. */
  readonly notes: readonly string[];
}

const tell = (line: string): void => void process.stderr.write(`${line}\n`);

/** Starts, measures and ends everything; nothing is left behind, also when it is interrupted. */
export async function runBench(plan: Plan, options: Options): Promise<Report> {
  const parent = await mkdtemp(join(options.scratch ?? tmpdir(), 'nosocial-bench-'));
  const stack = new AsyncDisposableStack();
  stack.defer(() => rm(parent, { recursive: true, force: true }));
  const interrupted = () => void stack.disposeAsync().finally(() => process.exit(130));
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    // Servers that do not run as root have to reach what is theirs.
    await chmod(parent, 0o755);
    return await measure(plan, options, { parent, stack });
  } finally {
    await stack.disposeAsync();
  }
}

interface Place {
  readonly parent: string;
  readonly stack: AsyncDisposableStack;
}

async function measure({ kinds, scenarios, studies }: Plan, options: Options, place: Place): Promise<Report> {
  const floorDisk = await makeDisk('floors', place);
  const before = await measureFloors(floorDisk.folder);
  const { runners, notes } = await startAll(kinds, place);
  const rows = await compare(runners, scenarios, options);
  const memory = await peakMemory(runners);
  return {
    date: new Date().toISOString().slice(0, 10),
    command: ['npm run bench --', ...process.argv.slice(2)].join(' '),
    machine: describeMachine(),
    notes: [`medians of ${options.rounds} interleaved rounds, ${options.seconds} s each under load`, ...notes],
    contenders: runners.map(({ kind }) => kind.name),
    rows,
    memory,
    studies: await study(runners, studies, options),
    floors: [before, await measureFloors(floorDisk.folder)],
  };
}

async function makeDisk(name: string, { parent, stack }: Place): Promise<ScratchDisk> {
  const disk = await ScratchDisk.create(parent, name);
  stack.defer(() => disk.remove());
  return disk;
}

/** Starts every contender that the machine has the programs for. */
async function startAll(kinds: readonly ContenderKind[], place: Place): Promise<Started> {
  const runners: Runner[] = [];
  const notes: string[] = [];
  for (const kind of kinds) {
    const missing = missingFiles(kind);
    if (missing.length > 0) {
      notes.push(`${kind.name} did not take part: this machine has no ${missing.join(', ')}`);
      continue;
    }
    tell(`starting ${kind.name}`);
    const disk = await makeDisk(kind.name.replace(/\W+/g, '-'), place);
    const contender = await kind.start(disk.folder).catch((error: unknown) => {
      notes.push(`${kind.name} did not take part: ${firstLine(error)}`);
    });
    if (!contender) continue;
    place.stack.defer(() => contender.stop());
    runners.push({ kind, contender });
    notes.push(
      `${kind.name}: ${kind.about}${disk.isMounted ? '' : '; in a plain folder, not on a file system of its own'}`,
    );
  }
  return { runners, notes };
}

async function compare(runners: readonly Runner[], scenarios: readonly Scenario[], options: Options): Promise<Row[]> {
  const rounds = new Rounds(runners, { ...options, tell });
  const rows: Row[] = [];
  for (const scenario of scenarios) {
    tell(scenario.title);
    rows.push({ scenario, results: await rounds.run(scenario) });
  }
  return rows;
}

async function peakMemory(runners: readonly Runner[]): Promise<Memory[]> {
  const memory: Memory[] = [];
  for (const { contender } of runners) {
    const { peak } = await memoryBytes(contender.pids);
    memory.push({ contender: contender.name, peakMiB: peak / 1024 ** 2 });
  }
  return memory;
}

async function study(runners: readonly Runner[], studies: readonly Study[], { maxFiles }: Options): Promise<Table[]> {
  const tables: Table[] = [];
  for (const { contender } of runners.filter(({ kind }) => kind.isOurs)) {
    for (const one of studies) {
      tell(`${one.name}: ${contender.name}`);
      tables.push(...(await one.run(contender, { maxFiles, tell })));
    }
  }
  return tables;
}
