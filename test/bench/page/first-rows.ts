import type { PageWorld } from '../../support/web-page.ts';
import { median, type Figure } from './budget.ts';
import { fillFolder } from './fill.ts';

const ENTRIES = 10_000;
const ROUNDS = 7;

/** Runs in the page before anything else: when the first row was there, and had been painted. */
const WATCH = `
  new MutationObserver((_changes, observer) => {
    if (!document.querySelector('[role="grid"] [data-index] a[href^="/files/long/"]')) return;
    observer.disconnect();
    requestAnimationFrame(() => setTimeout(() => { window.rowsAt = performance.now(); }));
  }).observe(document, { childList: true, subtree: true });
`;

/** The tree asks for folders, too; this is the folder's own listing. */
const SINCE_ANSWER = `(() => {
  const answers = performance.getEntriesByType('resource').filter(({ name }) => name.includes('files?path=%2Flong&'));
  return window.rowsAt - Math.min(...answers.map(({ responseEnd }) => responseEnd));
})()`;

/** From the end of the first answer of the listing to its rows on the screen, in a long folder. */
export async function measureFirstRows(world: PageWorld): Promise<Figure[]> {
  await fillFolder(world, 'ann', 'long', ENTRIES);
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const { page, close } = await world.open('ann', 'about:blank');
    await page.addInitScript(WATCH);
    await page.goto('/files/long');
    await page.waitForFunction(() => 'rowsAt' in globalThis);
    times.push(await page.evaluate<number>(SINCE_ANSWER));
    await close();
  }
  return [
    { what: `first rows of ${ENTRIES} after the answer, median`, value: median(times), unit: 'ms', atMost: 200 },
    { what: `first rows of ${ENTRIES} after the answer, slowest`, value: Math.max(...times), unit: 'ms' },
  ];
}
