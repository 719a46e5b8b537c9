import { ConfigError } from '../config/problems.ts';
import { DomainError } from '../lib/errors.ts';
import { readArguments } from './arguments.ts';
import { UsageError, type Command } from './command.ts';
import { COMMANDS } from './commands/all.ts';
import { EXIT, exitCodeOf, type ExitCode } from './exit-codes.ts';
import { nearest } from '../lib/nearest.ts';
import { note, print, type Terminal } from './terminal.ts';
import { commandHelp, groupHelp, overview } from './usage.ts';
import { productVersion } from '../lib/product-version.ts';

/** Runs one command line (without `node` and the script) and resolves to the exit code. Never rejects. */
export async function run(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const asked = askedForHelp(args);
  try {
    if (asked) return showHelp(asked, terminal);
    if (args[0] === '--version' || args[0] === 'version') {
      print(terminal, productVersion());
      return EXIT.done;
    }
    const command = findCommand(args);
    if (command) return await runCommand(command, args.slice(command.name.split(' ').length), terminal);
    return unknownCommand(args, terminal);
  } catch (error) {
    return tellFailure(error, terminal);
  }
}

/** The words to explain, when the command line asks for an explanation. */
function askedForHelp(args: readonly string[]): readonly string[] | undefined {
  const [first, ...rest] = args;
  if (first === 'help') return rest.filter((word) => !word.startsWith('-'));
  const end = args.indexOf('--');
  const words = end < 0 ? args : args.slice(0, end);
  if (!words.includes('--help') && !words.includes('-h')) return undefined;
  return words.filter((word) => !word.startsWith('-'));
}

function showHelp(words: readonly string[], terminal: Terminal): ExitCode {
  const command = findCommand(words);
  const group = words[0];
  if (command) print(terminal, ...commandHelp(command));
  else if (group !== undefined && isGroup(group)) print(terminal, ...groupHelp(group, COMMANDS));
  else if (group === undefined) print(terminal, ...overview(COMMANDS));
  else return unknownCommand(words, terminal);
  return EXIT.done;
}

async function runCommand(command: Command, args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  try {
    const code = await command.run({ ...readArguments(command, args), terminal });
    return code ?? EXIT.done;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    note(terminal, `nosocial ${command.name}: ${error.message}`, `\`nosocial ${command.name} --help\` explains it`);
    return EXIT.usage;
  }
}

/** The command whose whole name the arguments start with. */
function findCommand(args: readonly string[]): Command | undefined {
  return COMMANDS.find(({ name }) => name.split(' ').every((word, index) => args[index] === word));
}

function isGroup(word: string): boolean {
  return COMMANDS.some(({ name }) => name.startsWith(`${word} `));
}

function unknownCommand(args: readonly string[], terminal: Terminal): ExitCode {
  const [first, second] = args;
  if (first === undefined) {
    note(terminal, ...overview(COMMANDS));
  } else if (isGroup(first)) {
    const typed = second === undefined || second.startsWith('-') ? first : `${first} ${second}`;
    const near = nearest(
      typed,
      COMMANDS.map(({ name }) => name).filter((name) => name.startsWith(`${first} `)),
    );
    note(terminal, typed === first ? `nosocial ${first}: which command?` : unknown(typed, near));
    note(terminal, ...groupHelp(first, COMMANDS));
  } else {
    const words = [...new Set(COMMANDS.flatMap(({ name }) => [name, name.split(' ')[0] ?? name]))];
    note(terminal, unknown(first, nearest(first, words)), '`nosocial --help` lists the commands');
  }
  return EXIT.usage;
}

function unknown(typed: string, near: string | undefined): string {
  return `nosocial: unknown command "${typed}"${near === undefined ? '' : `; did you mean "${near}"?`}`;
}

function tellFailure(error: unknown, terminal: Terminal): ExitCode {
  note(terminal, `nosocial: ${explain(error)}`);
  if (error instanceof ConfigError) return EXIT.usage;
  return error instanceof DomainError ? exitCodeOf(error.code) : EXIT.failed;
}

/** What is a bug comes with its stack; what the system or a person can cause does not. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isExpected = error instanceof DomainError || error instanceof ConfigError || 'syscall' in error;
  return isExpected ? error.message : (error.stack ?? error.message);
}
