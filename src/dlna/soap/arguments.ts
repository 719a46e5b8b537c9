import type { ServiceTable } from '../device/service-tables.ts';
import type { Call } from './read-call.ts';
import { UpnpError } from './upnp-error.ts';

const MAX_UI4 = 4_294_967_295;
const MAX_I4 = 2_147_483_647;

/** Sets leave these out or empty, and nothing is in doubt without them. */
const OPTIONAL: ReadonlySet<string> = new Set(['Filter', 'SortCriteria', 'CategoryType', 'RID']);

/** The arguments of a call, as the description of the service has them. */
export class Arguments {
  readonly #values: ReadonlyMap<string, string>;

  private constructor(values: ReadonlyMap<string, string>) {
    this.#values = values;
  }

  /** Throws 402. Arguments that nobody knows are of no account. */
  static of({ action, args }: Call, { actions, variables }: ServiceTable): Arguments {
    for (const [name, variable] of Object.entries(actions[action]?.in ?? {})) {
      const value = args.get(name);
      const { type = 'string', values } = variables[variable] ?? {};
      if (OPTIONAL.has(name) && (value ?? '') === '') continue;
      if (value === undefined) throw new UpnpError(402, `${name} is missing`);
      if (!isOfType(value, type)) throw new UpnpError(402, `${name} is ${value}, which is no ${type}`);
      if (values && !values.includes(value)) throw new UpnpError(402, `${name} is ${value}`);
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

function isOfType(value: string, type: string): boolean {
  if (type === 'ui4') return /^\+?\d{1,20}$/.test(value) && Number(value) <= MAX_UI4;
  if (type === 'i4' || type === 'int') return /^[+-]?\d{1,20}$/.test(value) && Math.abs(Number(value)) <= MAX_I4;
  return true;
}
