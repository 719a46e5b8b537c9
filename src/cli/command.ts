import type { ExitCode } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

export interface OptionSpec {
  /** What stands for the value in usage texts; an option without one is a switch. */
  readonly value?: string;
  readonly help: string;
  /** May be given more than once. */
  readonly isList?: boolean;
}

/** One command: all that `run.ts` needs to read its arguments, explain it and run it. */
export interface Command {
  /** As typed: `user add`. */
  readonly name: string;
  readonly summary: string;
  /** `NAME` must be given, `[NAME]` may. */
  readonly operands?: readonly string[];
  readonly options?: Readonly<Record<string, OptionSpec>>;
  /** Takes `--json`. */
  readonly printsJson?: boolean;
  /** Does not take `--config`, `--data` and `--database`. */
  readonly needsNoConfig?: boolean;
  /** More to say in `--help`, in lines. */
  readonly notes?: readonly string[];
  /** Resolves to the exit code; nothing is 0. */
  run(call: Call): Promise<ExitCode | void>;
}

/** A command's arguments, read and counted. */
export interface Call {
  readonly operands: readonly string[];
  readonly values: Readonly<Record<string, readonly string[]>>;
  readonly switches: ReadonlySet<string>;
  readonly terminal: Terminal;
}

/** Wrong usage: exit code 2, and a hint at `--help`. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The operand at `index`, which `run.ts` has made sure is there. */
export function operand(call: Call, index: number): string {
  const value = call.operands[index];
  if (value === undefined) throw new UsageError('an argument is missing');
  return value;
}

/** The value of an option given once; undefined without it. */
export function option(call: Call, name: string): string | undefined {
  return call.values[name]?.at(-1);
}

export function requiredOption(call: Call, name: string): string {
  const value = option(call, name);
  if (value === undefined) throw new UsageError(`--${name} is missing`);
  return value;
}

export function isSet(call: Call, name: string): boolean {
  return call.switches.has(name);
}
