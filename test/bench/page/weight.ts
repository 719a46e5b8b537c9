import type { PageWorld } from '../../support/web-page.ts';
import type { Figure } from './budget.ts';

const LIMIT_KIB = 150;

interface Load {
  readonly requests: number;
  /** Of the scripts themselves, as they were sent. */
  readonly bodyBytes: number;
  /** With the heads of the answers. */
  readonly sentBytes: number;
}

const LOAD = `(() => {
  const scripts = performance.getEntriesByType('resource').filter(({ name }) => /\\.m?js$/.test(name));
  const sum = (of) => scripts.reduce((bytes, script) => bytes + of(script), 0);
  return {
    requests: scripts.length,
    bodyBytes: sum(({ encodedBodySize }) => encodedBodySize),
    sentBytes: sum(({ transferSize }) => transferSize),
  };
})()`;

/** The scripts that a browser loads until the files are on the screen, and what it loads by itself right after. */
export async function measureWeight(world: PageWorld): Promise<Figure[]> {
  const { page, close } = await world.open('ann', 'about:blank');
  await page.goto('/files');
  await page.getByRole('grid').getByRole('link', { name: 'Workspace' }).waitFor();
  await page.waitForLoadState('networkidle');
  const { requests, bodyBytes, sentBytes } = await page.evaluate<Load>(LOAD);
  await close();
  return [
    { what: 'scripts of the first load, compressed', value: bodyBytes / 1024, unit: 'KiB', atMost: LIMIT_KIB },
    { what: `the same with the heads of ${requests} answers`, value: sentBytes / 1024, unit: 'KiB' },
  ];
}
