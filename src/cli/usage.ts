import { optionsOf } from './arguments.ts';
import type { Command, OptionSpec } from './command.ts';

/** `usage: nosocial user add NAME --role ROLE …`: what the options are stands below it. */
export function usageLine(command: Command): string {
  const parts = ['usage: nosocial', command.name, ...(command.operands ?? []), '[options]'];
  return parts.join(' ');
}

export function commandHelp(command: Command): string[] {
  return [
    usageLine(command),
    '',
    sentence(command.summary),
    ...(command.notes ? ['', ...command.notes] : []),
    '',
    'options:',
    ...optionLines(optionsOf(command)),
  ];
}

function optionLines(options: Readonly<Record<string, OptionSpec>>): string[] {
  return columns(
    Object.entries(options).map(([name, { value, help, isList }]) => [
      `--${name}${value ? ` ${value}` : ''}${isList ? ' …' : ''}`,
      help,
    ]),
  );
}

/** What stands under one first word, such as `user`. */
export function groupHelp(group: string, commands: readonly Command[]): string[] {
  const members = commands.filter(({ name }) => name.startsWith(`${group} `));
  return [`usage: nosocial ${group} <command>`, '', 'commands:', ...commandLines(members), '', HELP_HINT];
}

export function overview(commands: readonly Command[]): string[] {
  return [
    'usage: nosocial <command> [options]',
    '',
    'A personal cloud that every device already speaks.',
    '',
    'commands:',
    ...commandLines(commands),
    '',
    HELP_HINT,
    'Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 refused.',
  ];
}

const HELP_HINT = '`nosocial <command> --help` explains one.';

function commandLines(commands: readonly Command[]): string[] {
  return columns(commands.map(({ name, operands = [], summary }) => [[name, ...operands].join(' '), summary] as const));
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
