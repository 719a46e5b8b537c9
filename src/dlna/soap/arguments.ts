import type { ServiceTable, VariableTable } from '../device/service-tables.ts';
import type { Call } from './read-call.ts';
import { UpnpError } from './upnp-error.ts';

const MAX_UI4 = 4_294_967_295;
const MAX_I4 = 2_147_483_647;

/** Sets leave these out or empty, and nothing is in doubt without them. */
const OPTIONAL: ReadonlySet<string> = new Set(['Filter', 'SortCriteria', 'CategoryType', 'RID']);

/** Xbox 360 asks Browse for the one in place of the other, and minidlna takes either in both actions. */
const ALSO_CALLED: Readonly<Record<string, string>> = { ObjectID: 'ContainerID', ContainerID: 'ObjectID' };

/** The arguments of a call, as the description of the service has them. */
export class Arguments {
  readonly #values: ReadonlyMap<string, string>;

  private constructor(values: ReadonlyMap<string, string>) {
    this.#values = values;
  }

  /** Throws 402. Arguments that nobody knows are of no account. */
  static of({ action, args: given }: Call, { actions, variables }: ServiceTable): Arguments {
    const args = new Map(given);
    for (const [name, variable] of Object.entries(actions[action]?.in ?? {})) {
      const value = given.get(name) ?? given.get(ALSO_CALLED[name] ?? '');
      assertMeans(name, value, variables[variable]);
      if (value !== undefined) args.set(name, value);
    }
    return new Arguments(args);
  }

  /** '' for one that was left out. */
  text(name: string): string {
    return this.#values.get(name) ?? '';
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  number(name: string): number {
    return Number(this.text(name));
  }
}

function assertMeans(name: string, value: string | undefined, variable?: VariableTable): void {
  const { type = 'string', values } = variable ?? {};
  if (OPTIONAL.has(name) && (value ?? '') === '') return;
  if (value === undefined) throw new UpnpError(402, `${name} is missing`);
  if (!isOfType(value, type)) throw new UpnpError(402, `${name} is ${value}, which is no ${type}`);
  if (values && !values.includes(value)) throw new UpnpError(402, `${name} is ${value}`);
}

function isOfType(value: string, type: string): boolean {
  if (type === 'ui4') return /^\+?\d{1,20}$/.test(value) && Number(value) <= MAX_UI4;
  if (type === 'i4' || type === 'int') return /^[+-]?\d{1,20}$/.test(value) && Math.abs(Number(value)) <= MAX_I4;
  return true;
}
