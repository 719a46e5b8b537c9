import type { Connection } from '../connection.ts';
import type { Contender } from '../contenders/contender.ts';

export type Unit = 'ops/s' | 'MB/s' | 'ms';

/** A contender with a connection to ask it and how long to ask. */
export interface Target {
  readonly contender: Contender;
  readonly connection: Connection;
  readonly seconds: number;
  /** Unlike that of any other measurement of this contender, for names. */
  readonly run: string;
}

export interface Figure {
  /** In the scenario's unit. */
  readonly value: number;
  readonly requests: number;
  /** Requests that were answered with an error or not at all. */
  readonly failed: number;
}

export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly unit: Unit;
  /** What ours should reach on the machine for which the aims were set: 2 cores of a Xeon, driver included. */
  readonly aim: number;
  /** What it reads, laid down once for each contender before the first measurement. */
  readonly uses: readonly Fixture[];
  /** Before each measurement, outside of its time and CPU. */
  ready?(target: Target): Promise<unknown>;
  measure(target: Target): Promise<Figure>;
}

export interface Fixture {
  readonly name: string;
  lay(contender: Contender): Promise<unknown>;
}
