import { PageWorld } from '../../support/web-page.ts';
import { isKept, lineOf, type Figure } from './budget.ts';
import { measureFirstRows } from './first-rows.ts';
import { measureByLighthouse } from './lighthouse.ts';
import { measureMemory } from './memory.ts';
import { measureScrolling } from './scrolling.ts';
import { measureWeight } from './weight.ts';

const PARTS: Readonly<Record<string, (world: PageWorld) => Promise<Figure[]>>> = {
  weight: measureWeight,
  lighthouse: measureByLighthouse,
  'first-rows': measureFirstRows,
  memory: measureMemory,
  scrolling: measureScrolling,
};

const names = process.argv.slice(2);
const unknown = names.filter((name) => !(name in PARTS));
if (unknown.length > 0) {
  console.error(`no such part: ${unknown.join(', ')}; there are: ${Object.keys(PARTS).join(', ')}`);
  process.exit(2);
}

/** A missed budget is an exit code. */
let areAllKept = true;
for (const [name, measure] of Object.entries(PARTS)) {
  if (names.length > 0 && !names.includes(name)) continue;
  const world = await PageWorld.start({ program: 'build' });
  try {
    await world.addUser('ann', { quota: '1TB' });
    for (const figure of await measure(world)) {
      console.log(lineOf(figure));
      areAllKept &&= isKept(figure);
    }
  } finally {
    await world.stop();
  }
}
process.exitCode = areAllKept ? 0 : 1;
