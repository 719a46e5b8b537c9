// Checks a media server from another machine of its network: `LOCATION SURROUNDINGS`, the latter as JSON. Prints a
// verdict for each check as a line of JSON; where something is to change there, it says `{"change": …, "name": …}` and
// waits for a line.
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { CHECKS } from './all-checks.ts';
import type { Check, Verdict, World } from './check.ts';
import { ControlPoint } from './control-point.ts';
import { Gupnp } from './gupnp.ts';

export type Surroundings = Pick<
  World,
  'interfaceName' | 'ownAddress' | 'strangeAddress' | 'otherAddress' | 'films' | 'scratch'
> & {
  /** The names of those that are looked at; all without it. */
  readonly only?: readonly string[] | undefined;
};
export type Said = Verdict | { readonly change: 'add' | 'remove'; readonly name: string };

/** VLC and the renderer play for some seconds. */
const PATIENCE_MS = 30_000;
const [, , location = '', given = ''] = process.argv;
const surroundings = JSON.parse(given) as Surroundings;

const input = createInterface({ input: process.stdin });
const point = await ControlPoint.open(location);
const gupnp = new Gupnp(surroundings.interfaceName, location);

function say(what: Said): void {
  console.log(JSON.stringify(what));
}

const world: World = {
  ...surroundings,
  ...{ point, gupnp },
  change: async (what, name) => {
    const done = once(input, 'line');
    say({ change: what, name });
    await done;
  },
};

/** A server that keeps somebody waiting has not done it. */
async function within(work: Promise<void>): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('it did not come to an end')), PATIENCE_MS);
  await Promise.race([work, promise]).finally(() => clearTimeout(timer));
}

async function verdictOn(check: Check): Promise<Verdict> {
  const { name } = check;
  const startedMs = performance.now();
  const seconds = (): number => (performance.now() - startedMs) / 1000;
  try {
    await within(check.run(world));
    return { name, problem: undefined, seconds: seconds() };
  } catch (error) {
    return {
      name,
      problem: error instanceof Error ? (error.stack ?? error.message) : String(error),
      seconds: seconds(),
    };
  }
}

for (const check of Object.values(CHECKS).flat()) {
  if (surroundings.only?.includes(check.name) ?? true) say(await verdictOn(check));
}
await gupnp.close();
point.close();
input.close();
// What a check left open must not keep it.
process.exit();
