import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Which process on which machine: a process number alone is given out again, and every container has its own. */
export interface ProcessIdentity {
  readonly host: string;
  readonly pid: number;
  /** The start of this machine and, on Linux, who sees the same process numbers; undefined where nothing tells. */
  readonly machine: string | undefined;
  /** When the process began, in the machine's own measure. */
  readonly startedAt: string | undefined;
}

export function thisProcess(): ProcessIdentity {
  return {
    host: hostname(),
    pid: process.pid,
    machine: thisMachine(),
    startedAt: processState(process.pid)?.startedAt,
  };
}

/** True or false where this machine can tell, undefined for a process of another one. */
export function isAlive({ pid, machine, startedAt }: ProcessIdentity): boolean | undefined {
  if (machine === undefined || machine !== thisMachine()) return undefined;
  const state = processState(pid);
  return state !== undefined && state.startedAt === startedAt && !state.hasEnded;
}

function thisMachine(): string | undefined {
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return undefined;
  }
}

/** proc(5): after the name in parentheses, which may hold anything, the state is the 1st field and the start the 20th. */
function processState(pid: number): { startedAt: string; hasEnded: boolean } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { startedAt: fields[19] ?? '', hasEnded: fields[0] === 'Z' || fields[0] === 'X' };
  } catch {
    return undefined;
  }
}
