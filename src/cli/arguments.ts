import { parseArgs } from 'node:util';
import { UsageError, type Call, type Command, type OptionSpec } from './command.ts';
import { nearest } from '../lib/nearest.ts';

const CONFIG_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  config: { value: 'FILE', help: 'read settings from FILE' },
  data: { value: 'DIR', help: 'keep data in DIR' },
  database: { value: 'URL', help: 'sqlite:FILE or mysql://user:password@host:port/name' },
};
const JSON_OPTION: Readonly<Record<string, OptionSpec>> = { json: { help: 'print JSON' } };
const HELP_OPTION: Readonly<Record<string, OptionSpec>> = { help: { help: 'show this text' } };

/** All options that a command takes, its own first. */
export function optionsOf(command: Command): Readonly<Record<string, OptionSpec>> {
  return {
    ...command.options,
    ...(command.printsJson && JSON_OPTION),
    ...(command.needsNoConfig ? {} : CONFIG_OPTIONS),
    ...HELP_OPTION,
  };
}

/** Reads what follows a command's name. Throws `UsageError`. */
export function readArguments(command: Command, args: readonly string[]): Omit<Call, 'terminal'> {
  const specs = optionsOf(command);
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      Object.entries(specs).map(([name, spec]) => [name, { type: spec.value ? ('string' as const) : 'boolean' }]),
    ),
    allowPositionals: true,
    strict: false,
    tokens: true,
  });

  const operands: string[] = [];
  const values: Record<string, string[]> = {};
  const switches = new Set<string>();
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value);
    if (token.kind !== 'option') continue;
    const name = optionName(specs, token.name, token.rawName);
    const spec = specs[name] ?? { help: '' };
    if (spec.value === undefined) switches.add(switchName(name, token.value));
    else values[name] = addValue(name, spec, values[name] ?? [], token);
  }
  if (!switches.has('help')) countOperands(command, operands);
  return { operands, values, switches };
}

function switchName(name: string, value: string | undefined): string {
  if (value !== undefined) throw new UsageError(`--${name} takes no value`);
  return name;
}

/** An unknown option's value is not repeated in the message: it may be a password. */
function optionName(specs: Readonly<Record<string, OptionSpec>>, name: string, rawName: string): string {
  if (rawName === '-h') return 'help';
  if (rawName.startsWith('--') && Object.hasOwn(specs, name)) return name;
  if (/^pass(word|wd)?$/.test(name)) {
    throw new UsageError('a password is never taken as an argument, where others could see it; use --password-stdin');
  }
  const near = nearest(name, Object.keys(specs));
  throw new UsageError(`unknown option ${rawName}${near === undefined ? '' : `; did you mean --${near}?`}`);
}

function addValue(
  name: string,
  spec: OptionSpec,
  before: readonly string[],
  token: { value: string | undefined; inlineValue: boolean | undefined },
): string[] {
  const isOther = token.value?.startsWith('--') === true && token.inlineValue !== true;
  if (token.value === undefined || token.value === '' || isOther) {
    throw new UsageError(`--${name} needs a value: --${name} ${spec.value ?? ''}`);
  }
  if (before.length > 0 && !spec.isList) throw new UsageError(`--${name} is given twice`);
  return [...before, token.value];
}

function countOperands({ operands: names = [] }: Command, operands: readonly string[]): void {
  const missing = names.slice(operands.length).find((name) => !name.startsWith('['));
  if (missing !== undefined) throw new UsageError(`${missing} is missing`);
  const isMany = names.at(-1)?.includes('…') ?? false;
  const extra = operands[names.length];
  if (extra !== undefined && !isMany) throw new UsageError(`unexpected argument "${extra}"`);
}
