import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { TwoNetworks } from '../../support/network.ts';
import { endProcess, until } from '../../support/processes.ts';

/** Something that is said; to everybody unless to one. */
export interface Said {
  readonly text: string;
  readonly to?: string;
  /** One of the addresses of the neighbour. */
  readonly from?: string;
}

export interface Heard {
  readonly text: string;
  readonly from: string;
  readonly fromPort: number;
  /** It came to the one who said something, not to everybody. */
  readonly isAnswer: boolean;
  /** Where it came to. */
  readonly at: string;
}

/** Headers by their names in capitals; the first line is under ''. */
export type Headers = Readonly<Record<string, string>>;

/** A machine on a network that hears and says whatever a test wants by SSDP. */
export class Neighbour {
  readonly heard: Heard[] = [];
  readonly #child: ChildProcess;
  #isReady = false;

  private constructor(namespace: string, address: string) {
    const [command, ...args] = TwoNetworks.inside(namespace, 'neighbour');
    const program = join(import.meta.dirname, 'neighbour-process.ts');
    this.#child = spawn(command, [...args, process.execPath, program, address], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    createInterface({ input: this.#child.stdout! }).on('line', (line) => {
      const told = JSON.parse(line) as Heard | { isReady: true };
      if ('isReady' in told) this.#isReady = true;
      else this.heard.push(told);
    });
  }

  static async start(namespace: string, address: string): Promise<Neighbour> {
    const neighbour = new Neighbour(namespace, address);
    await until('a neighbour that listens', () => neighbour.#isReady || undefined, { timeoutMs: 20_000 });
    return neighbour;
  }

  say(said: Said): void {
    this.#child.stdin!.write(`${JSON.stringify(said)}\n`);
  }

  /** Searches; resolves to all answers at that address so far once one for `target` has come, and forgets them. */
  async search(target: string, said: Partial<Said> & { maxWait?: number } = {}): Promise<Headers[]> {
    const { maxWait, ...more } = said;
    this.say({ text: searchFor(target, maxWait), ...more });
    const isOurs = ({ isAnswer, at }: Heard): boolean => isAnswer && (more.from === undefined || at === more.from);
    await until(
      `an answer for ${target}`,
      () => this.heard.find((heard) => isOurs(heard) && headersOf(heard)['ST'] === target),
      { timeoutMs: 20_000 },
    );
    const answers = this.heard.filter(isOurs);
    this.#forget(isOurs);
    return answers.map(headersOf);
  }

  /** What is announced with `NTS: ssdp:<kind>`, once by each name, when there are `count`. */
  async announced(kind: 'alive' | 'byebye', count: number): Promise<Headers[]> {
    return until(
      `${count} announcements of ${kind}`,
      () => {
        const byName = new Map(this.#notices(kind).map((headers) => [headers['NT'], headers]));
        return byName.size >= count ? [...byName.values()] : undefined;
      },
      { timeoutMs: 20_000 },
    );
  }

  forgetAll(): void {
    this.#forget(() => true);
  }

  async close(): Promise<void> {
    await endProcess(this.#child);
  }

  #notices(kind: 'alive' | 'byebye'): Headers[] {
    return this.heard.map(headersOf).filter((headers) => headers['NTS'] === `ssdp:${kind}`);
  }

  #forget(which: (heard: Heard) => boolean): void {
    const kept = this.heard.filter((heard) => !which(heard));
    this.heard.splice(0, this.heard.length, ...kept);
  }
}

export function searchFor(target: string, maxWait?: number): string {
  const wait = maxWait === undefined ? [] : [`MX: ${maxWait}`];
  return [
    'M-SEARCH * HTTP/1.1',
    'HOST: 239.255.255.250:1900',
    'MAN: "ssdp:discover"',
    ...wait,
    `ST: ${target}`,
    '',
    '',
  ].join('\r\n');
}

function headersOf({ text }: Heard): Headers {
  const [first = '', ...lines] = text.split('\r\n');
  const headers = lines.flatMap((line) => {
    const [, name = '', value = ''] = /^([^:]+):\s*(.*)$/.exec(line) ?? [];
    return name === '' ? [] : [[name.toUpperCase(), value] as const];
  });
  return Object.fromEntries([['', first], ...headers]);
}
