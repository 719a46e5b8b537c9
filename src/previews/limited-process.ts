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

/**
 * Starts a program that handles what strangers made: with little priority, little memory, no way to write a file, and
 * nothing of this process's environment but what it is given. The limits are those of a POSIX shell; Windows has priority only.
 */
export function startLimited(
  command: readonly [string, ...string[]],
  { stdio, environment }: { stdio: StdioOptions; environment: Readonly<Record<string, string>> },
): ChildProcess {
  const [program, args] = process.platform === 'win32' ? split(command) : ['/bin/sh', shellArguments(command)];
  const child = spawn(program, args, {
    stdio,
    env: environment,
    cwd: '/',
    serialization: 'advanced',
    windowsHide: true,
  });
  if (child.pid !== undefined) lowerPriority(child.pid);
  return child;
}

function split([program, ...args]: readonly [string, ...string[]]): [string, string[]] {
  return [program, args];
}

function shellArguments(command: readonly string[]): string[] {
  const kibibytes = Math.floor(Math.min(MAX_MEMORY_BYTES, totalmem() / 2) / 1024);
  return ['-c', `{ ${LIMITS}; ulimit -d ${kibibytes}; } 2>/dev/null; exec "$@"`, 'sh', ...command];
}

function lowerPriority(pid: number): void {
  try {
    setPriority(pid, PRIORITY);
  } catch {
    // It has ended already, or the system does not let anybody.
  }
}
