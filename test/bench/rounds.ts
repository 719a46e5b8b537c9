import { Connection } from './connection.ts';
import type { Contender, ContenderKind } from './contenders/contender.ts';
import { cpuSeconds } from './process-figures.ts';
import type { Figure, Scenario } from './scenarios/scenario.ts';
import { withConnection } from './scenarios/fixtures.ts';
import { settle } from './scratch-disk.ts';

const WARM_UP_SECONDS = 1;

export interface Runner {
  readonly kind: ContenderKind;
  readonly contender: Contender;
}

export interface RoundsOptions {
  readonly rounds: number;
  readonly seconds: number;
  readonly tell: (line: string) => void;
}

/** What one contender gave in one scenario. */
export interface Result {
  readonly contender: string;
  /** In the scenario's unit; undefined when it could not be measured, for the reason in `trouble`. */
  readonly median: number | undefined;
  readonly values: readonly number[];
  /** CPU time of all its processes for one request, median of the rounds. */
  readonly cpuMs: number | undefined;
  /** Requests that failed, and how many there were, in all rounds. */
  readonly failed: number;
  readonly requests: number;
  readonly trouble?: string;
}

interface Measured extends Figure {
  readonly cpuMs: number;
}

/**
 * Measures contenders in turns, so that what disturbs the machine disturbs all of them. What the scenarios use is laid
 * down on first use.
 */
export class Rounds {
  readonly #runners: readonly Runner[];
  readonly #options: RoundsOptions;
  readonly #laid = new Set<string>();
  #measurements = 0;

  constructor(runners: readonly Runner[], options: RoundsOptions) {
    this.#runners = runners;
    this.#options = options;
  }

  async run(scenario: Scenario): Promise<Result[]> {
    const taking = this.#runners.filter(({ kind }) => !kind.leavesOut.includes(scenario.name));
    const measured = new Map<string, Measured[]>(taking.map(({ kind }) => [kind.name, []]));
    const troubles = new Map<string, string>();
    const attempt = async (runner: Runner, work: () => Promise<void>) => {
      if (troubles.has(runner.kind.name)) return;
      await work().catch((error: unknown) => troubles.set(runner.kind.name, firstLine(error)));
    };
    for (const runner of taking) await attempt(runner, () => this.#prepare(runner, scenario));
    for (let round = 0; round < this.#options.rounds; round++) {
      for (let turn = 0; turn < taking.length; turn++) {
        // Another one begins in each round: none always follows the same one.
        const runner = taking[(turn + round) % taking.length]!;
        await attempt(runner, async () => {
          const figure = await this.#measure(runner, scenario, this.#options.seconds);
          measured.get(runner.kind.name)!.push(figure);
        });
      }
    }
    return taking.map(({ kind }) => summary(kind.name, measured.get(kind.name)!, troubles.get(kind.name)));
  }

  async #prepare(runner: Runner, scenario: Scenario): Promise<void> {
    const { contender } = runner;
    const root = { name: 'bench/', lay: makeRoot };
    for (const fixture of [root, ...scenario.uses]) {
      const mark = `${contender.name} ${fixture.name}`;
      if (this.#laid.has(mark)) continue;
      this.#laid.add(mark);
      await fixture.lay(contender);
      await settle(contender.folder);
    }
    if (scenario.unit === 'ops/s') await this.#measure(runner, scenario, WARM_UP_SECONDS);
  }

  async #measure({ contender }: Runner, scenario: Scenario, seconds: number): Promise<Measured> {
    const connection = await Connection.open(contender);
    try {
      const target = { contender, connection, seconds, run: String(++this.#measurements) };
      await scenario.ready?.(target);
      await settle(contender.folder);
      const cpuBefore = await cpuSeconds(contender.pids);
      const figure = await scenario.measure(target);
      const cpu = (await cpuSeconds(contender.pids)) - cpuBefore;
      this.#options.tell(`  ${contender.name}: ${figure.value.toPrecision(4)} ${scenario.unit}`);
      return { ...figure, cpuMs: (cpu * 1000) / figure.requests };
    } finally {
      connection.close();
      // Nobody pays for what another one has left to be written.
      await settle(contender.folder);
    }
  }
}

async function makeRoot(contender: Contender): Promise<void> {
  await withConnection(contender, (connection) => connection.order('MKCOL', 'bench/'));
}

function summary(contender: string, figures: readonly Measured[], trouble: string | undefined): Result {
  return {
    contender,
    median: trouble === undefined ? median(figures.map(({ value }) => value)) : undefined,
    values: figures.map(({ value }) => value),
    cpuMs: median(figures.map(({ cpuMs }) => cpuMs)),
    failed: figures.reduce((sum, { failed }) => sum + failed, 0),
    requests: figures.reduce((sum, { requests }) => sum + requests, 0),
    ...(trouble !== undefined && { trouble }),
  };
}

export function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}

export function firstLine(error: unknown): string {
  return String(error).split('\n', 1)[0] ?? '';
}
