import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { endProcess, until } from '../../../support/processes.ts';

const PATIENCE = { timeoutMs: 20_000 };

export interface GupnpObject {
  readonly id: string;
  readonly parentId: string;
  readonly title: string;
  readonly class: string;
  readonly isContainer: boolean;
  readonly childCount: number | null;
  readonly urls: readonly string[];
  readonly seconds: number | null;
  readonly bytes: number | null;
}

interface Said {
  readonly found?: { readonly name: string; readonly location: string; readonly udn: string };
  readonly walked?: readonly GupnpObject[];
  readonly matches?: readonly string[];
  readonly played?: readonly string[];
  readonly event?: string;
  readonly value?: string;
  readonly problem?: string;
}

/** The control point of GUPnP, in this network namespace. */
export class Gupnp {
  readonly #child: ChildProcess;
  readonly #said: Said[] = [];

  constructor(interfaceName: string, location: string) {
    const program = join(import.meta.dirname, 'gupnp-control-point.py');
    this.#child = spawn('/usr/bin/python3', ['-W', 'ignore', program, interfaceName, location], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    createInterface({ input: this.#child.stdout! }).on('line', (line) => this.#said.push(JSON.parse(line) as Said));
  }

  async found(): Promise<NonNullable<Said['found']>> {
    return until('a media server that GUPnP finds', () => this.#said.find(({ found }) => found)?.found, PATIENCE);
  }

  async walk(): Promise<readonly GupnpObject[]> {
    return (await this.#ask({ walk: true }, 'walked')) ?? [];
  }

  async search(criteria: string): Promise<readonly string[]> {
    return (await this.#ask({ search: criteria }, 'matches')) ?? [];
  }

  /** The states that the renderer was in till it did not play any more. */
  async play(url: string): Promise<readonly string[]> {
    return (await this.#ask({ play: url, about: '' }, 'played', 30_000)) ?? [];
  }

  async subscribe(): Promise<void> {
    await this.found();
    this.#order({ subscribe: true });
  }

  /** What `name` was said to be, the first value first. */
  events(name: string): string[] {
    return this.#said.filter(({ event }) => event === name).map(({ value = '' }) => value);
  }

  async close(): Promise<void> {
    await endProcess(this.#child);
  }

  #order(order: object): void {
    this.#child.stdin!.write(`${JSON.stringify(order)}\n`);
  }

  async #ask<K extends keyof Said>(order: object, answer: K, timeoutMs = PATIENCE.timeoutMs): Promise<Said[K]> {
    await this.found();
    const before = this.#said.length;
    this.#order(order);
    const said = await until(
      `an answer of GUPnP to ${JSON.stringify(order)}`,
      () => this.#said.slice(before).find((each) => each[answer] !== undefined || each.problem !== undefined),
      { timeoutMs },
    );
    if (said.problem !== undefined) throw new Error(said.problem);
    return said[answer];
  }
}
