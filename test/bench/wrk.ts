import { join } from 'node:path';
import * as z from 'zod';
import { runWell } from '../support/processes.ts';
import type { Contender } from './contenders/contender.ts';

export const WRK = '/usr/bin/wrk';

const report = z.object({
  requests: z.number(),
  micros: z.number(),
  /** Of the answers, headers included. */
  bytes: z.number(),
  /** Statuses from 400 on, broken connections and time-outs. */
  failed: z.number(),
  medianMicros: z.number(),
});

export interface Load {
  /** One of `loads` in load.lua. */
  readonly load: string;
  readonly clients: number;
  readonly seconds: number;
  /** Makes the names that this run writes its own. */
  readonly run: string;
}

/** Lets wrk ask as fast as it is answered, each client on a connection of its own. */
export async function runLoad(
  contender: Contender,
  { load, clients, seconds, run }: Load,
): Promise<z.infer<typeof report>> {
  // Answers reach the script by thread, so the load that needs them has one connection in each.
  const threads = load === 'lock' ? clients : 1;
  const { origin, pathname } = new URL(contender.davUrl);
  const script = join(import.meta.dirname, 'load.lua');
  const how = [`-t${threads}`, `-c${clients}`, `-d${seconds}s`, '--timeout', '60s', '-s', script, `${origin}/`];
  const stdout = await runWell(WRK, [...how, '--', load, `${pathname}bench/`, contender.authorization, run], {
    timeoutMs: (seconds + 120) * 1000,
  });
  return report.parse(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? ''));
}
