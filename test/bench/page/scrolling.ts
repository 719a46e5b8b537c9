import type { PageWorld } from '../../support/web-page.ts';
import type { Figure } from './budget.ts';
import { fillFolder } from './fill.ts';

const ENTRIES = 100_000;

/** Counts the time between frames, which is how long the page did not move. */
const WATCH = `
  window.gaps = [];
  let last = performance.now();
  requestAnimationFrame(function next(now) {
    window.gaps.push(now - last);
    last = now;
    requestAnimationFrame(next);
  });
`;

/** Frames that come late while a very long folder is scrolled by the wheel, and jumped about in. */
export async function measureScrolling(world: PageWorld): Promise<Figure[]> {
  await fillFolder(world, 'ann', 'endless', ENTRIES);
  const { page, close } = await world.open('ann', '/files/endless');
  const list = page.getByRole('grid');
  await list.getByRole('link', { name: 'document 0.txt' }).waitFor();
  const grid = await list.boundingBox();
  if (grid === null) throw new Error('there is no list');
  await page.mouse.move(grid.x + grid.width / 2, grid.y + grid.height / 2);
  await page.evaluate(WATCH);
  const scroll = async (times: number, by: number, everyMs: number): Promise<number[]> => {
    for (let time = 0; time < times; time += 1) {
      await page.mouse.wheel(0, by);
      await page.waitForTimeout(everyMs);
    }
    return page.evaluate<number[]>('window.gaps.splice(0)');
  };
  // Late frames of a page that does nothing are the machine's.
  const still = await scroll(200, 0, 16);
  const wheel = await scroll(400, 400, 16);
  const jumps = await scroll(20, 150_000, 150);
  await list.locator('[aria-busy]').first().waitFor({ state: 'detached' });
  await close();
  const late = (gaps: readonly number[]): number => gaps.filter((gap) => gap > 50).length;
  return [
    { what: `frames over 50 ms without scrolling, of ${still.length}`, value: late(still), unit: '' },
    {
      what: `frames over 50 ms, ${ENTRIES} rows by the wheel, of ${wheel.length}`,
      value: late(wheel),
      unit: '',
      atMost: 0,
    },
    { what: 'longest of them', value: Math.max(...wheel), unit: 'ms' },
    {
      what: `frames over 50 ms in 20 jumps of 150,000 px, of ${jumps.length}`,
      value: late(jumps),
      unit: '',
      atMost: 0,
    },
    { what: 'longest of them', value: Math.max(...jumps), unit: 'ms' },
  ];
}
