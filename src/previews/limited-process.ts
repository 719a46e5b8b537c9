import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { setPriority, totalmem } from 'node:os';

/** Nice: whatever else runs on the machine comes first. */
const PRIORITY = 10;
const MAX_MEMORY_BYTES = 1536 * 1024 * 1024;

/** Set by the shell on itself before it becomes the program; a limit that a system does not know is passed over. */
const LIMITS = [
  // When memory is short (Linux), it is the first to go.
  'echo 1000 > /proc/self/oom_score_adj',
  // No core dumps, and no files.
  'ulimit -c 0',
  'ulimit -f 0',
  'ulimit -n 64',
].join('; ');

/** Where a program for it is: whoever is started ends with this process, also when that is killed (Linux). */
const ENDING_WITH_PARENT = '[ -x /usr/bin/setpriv ] && set -- /usr/bin/setpriv --pdeathsig KILL "$@"';

const HAS_LIMITS = process.platform !== 'win32';

export interface LimitedOptions {
  readonly stdio: StdioOptions;
  readonly environment: Readonly<Record<string, string>>;
  /** After so much time on the processor it is ended by the system: also when nobody is left to do it. */
  readonly processorSeconds: number;
}

/**
 * Starts a program that handles what strangers made: with little priority, little memory, no way to write into a file,
 * and nothing of this process's environment but what it is given. The limits are those of a POSIX shell; Windows has
 * priority only. End it by `endLimited`.
 */
export function startLimited(command: readonly [string, ...string[]], options: LimitedOptions): ChildProcess {
  const [program, args] = HAS_LIMITS ? ['/bin/sh', shellArguments(command, options)] : split(command);
  const child = spawn(program, args, {
    stdio: options.stdio,
    env: options.environment,
    cwd: '/',
    // A group of its own: what is called ffmpeg may be a script that starts it.
    detached: HAS_LIMITS,
    serialization: 'advanced',
    windowsHide: true,
  });
  if (child.pid !== undefined) lowerPriority(child.pid);
  return child;
}

/** Ends it with all that it started, and waits for nothing more that they say. */
export function endLimited(child: ChildProcess): void {
  // The number of one that has ended may be another's by now.
  if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    if (!HAS_LIMITS || !endGroup(child.pid)) child.kill('SIGKILL');
  }
  child.stdout?.destroy();
}

function endGroup(leader: number): boolean {
  try {
    return process.kill(-leader, 'SIGKILL');
  } catch {
    return false;
  }
}

function split([program, ...args]: readonly [string, ...string[]]): [string, string[]] {
  return [program, args];
}

function shellArguments(command: readonly string[], { processorSeconds }: LimitedOptions): string[] {
  const kibibytes = Math.floor(Math.min(MAX_MEMORY_BYTES, totalmem() / 2) / 1024);
  const limits = `${LIMITS}; ulimit -t ${processorSeconds}; ulimit -d ${kibibytes}`;
  return ['-c', `{ ${limits}; } 2>/dev/null; ${ENDING_WITH_PARENT}; exec "$@"`, 'sh', ...command];
}

function lowerPriority(pid: number): void {
  try {
    setPriority(pid, PRIORITY);
  } catch {
    // It has ended already, or the system does not let anybody.
  }
}
