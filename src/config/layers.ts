import fs from 'node:fs';
import { parseDocument } from 'yaml';
import { didYouMean, shown } from './problems.ts';
import { listGroups, type Setting } from './schema.ts';

/** What one place says: values by key, and what cannot be understood at all. */
export interface Layer {
  readonly values: ReadonlyMap<string, { value: unknown; source: string }>;
  readonly problems: readonly string[];
}

/** The flags of the command line that are settings, too. */
export interface ConfigFlags {
  readonly data?: string | undefined;
  readonly listen?: string | undefined;
  readonly database?: string | undefined;
  readonly disk?: readonly string[] | undefined;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** The variable that names the file. */
export const FILE_VARIABLE = 'NOSOCIAL_CONFIG';
/** Variables that are not settings: that one, and what the test runner sets for itself. */
const OTHER_VARIABLES = /^NOSOCIAL_(CONFIG$|TEST_)/;

export const EMPTY_LAYER: Layer = { values: new Map(), problems: [] };

export function readFile(fileName: string, known: readonly Setting[]): Layer {
  let text: string;
  try {
    text = fs.readFileSync(fileName, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ...EMPTY_LAYER, problems: [`${fileName}: cannot be read: ${reason}`] };
  }
  const document = parseDocument(text, { prettyErrors: true });
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    return { ...EMPTY_LAYER, problems: faults.map((fault) => `${fileName}: ${fault.message.split('\n')[0] ?? ''}`) };
  }
  const content = (document.toJS() ?? {}) as unknown;
  if (!isObject(content))
    return { ...EMPTY_LAYER, problems: [`${fileName}: is not a list of settings; write key: value`] };
  return flatten(content, fileName, known);
}

/** The settings of a parsed file by key. Keys that are no setting are problems, not values. */
function flatten(content: Record<string, unknown>, source: string, known: readonly Setting[]): Layer {
  const keys = known.map(({ key }) => key);
  const groups = listGroups();
  const values = new Map<string, { value: unknown; source: string }>();
  const problems: string[] = [];
  const take = (key: string, value: unknown) => {
    if (value === null) return;
    if (keys.includes(key)) values.set(key, { value, source });
    else problems.push(`${source}: ${key}: there is no such setting${didYouMean(key, [...keys, ...groups])}`);
  };
  for (const [name, value] of Object.entries(content)) {
    if (!groups.includes(name)) take(name, value);
    else if (isObject(value)) for (const [inner, leaf] of Object.entries(value)) take(`${name}.${inner}`, leaf);
    // `previews: off` says it of the whole group.
    else if (keys.includes(`${name}.enabled`)) take(`${name}.enabled`, value);
    else if (value !== null) problems.push(`${source}: ${name}: holds settings, and ${shown(value)} is none`);
  }
  return { values, problems };
}

export function readEnvironment(environment: Environment, known: readonly Setting[]): Layer {
  const values = new Map<string, { value: unknown; source: string }>();
  const problems: string[] = [];
  for (const [variable, text] of Object.entries(environment)) {
    if (!variable.startsWith('NOSOCIAL_') || OTHER_VARIABLES.test(variable) || !text) continue;
    const setting = known.find((candidate) => candidate.variable === variable);
    if (setting) values.set(setting.key, { value: setting.fromText?.(text) ?? text, source: variable });
    else {
      const variables = [FILE_VARIABLE, ...known.map((candidate) => candidate.variable)];
      problems.push(`${variable}: there is no such variable${didYouMean(variable, variables)}`);
    }
  }
  return { values, problems };
}

export function readFlags(flags: ConfigFlags, known: readonly Setting[]): Layer {
  const values = new Map<string, { value: unknown; source: string }>();
  for (const { key, flag } of known) {
    const value = flag && flags[flag];
    if (value !== undefined) values.set(key, { value, source: `--${flag}` });
  }
  return { values, problems: [] };
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
