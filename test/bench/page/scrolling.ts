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
  await page.getByText('document 0.txt').waitFor();
  const grid = await page.getByRole('grid').boundingBox();
  if (grid === null) throw new Error('there is no list');
  await page.mouse.move(grid.x + grid.width / 2, grid.y + grid.height / 2);
  await page.evaluate(WATCH);
  for (let turn = 0; turn < 400; turn += 1) {
    await page.mouse.wheel(0, 400);
    await page.waitForTimeout(16);
  }
  const wheel = await page.evaluate<number[]>('window.gaps.splice(0)');
  for (let jump = 1; jump <= 20; jump += 1) {
    await page.mouse.wheel(0, 150_000);
    await page.waitForTimeout(150);
  }
  const jumps = await page.evaluate<number[]>('window.gaps.splice(0)');
  await close();
  const late = (gaps: readonly number[]): number => gaps.filter((gap) => gap > 50).length;
  return [
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
