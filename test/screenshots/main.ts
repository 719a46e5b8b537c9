import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { PHONE, PageWorld } from '../support/web-page.ts';
import { putSamples } from './samples.ts';

const FOLDER = join(import.meta.dirname, '../../config/screenshots');
const DESKTOP: BrowserContextOptions = { viewport: { width: 1280, height: 800 } };

interface Shot {
  readonly name: string;
  readonly address: string;
  /** Pictures that must be there. */
  readonly previews: number;
  readonly options: BrowserContextOptions;
  readonly prepare?: (page: Page) => Promise<void>;
}

async function showDetails(page: Page): Promise<void> {
  await page.getByRole('row').filter({ hasText: 'notes.txt' }).click();
  await page.keyboard.press('i');
  await page.getByText('Old versions').waitFor();
  await page.getByText('changed “notes.txt”').waitFor();
}

const SHOTS: readonly Shot[] = [
  { name: 'desktop', address: '/files/Gallery/Summer', previews: 18, options: DESKTOP },
  {
    name: 'dark',
    address: '/files/Mere',
    previews: 1,
    options: { ...DESKTOP, colorScheme: 'dark' },
    prepare: showDetails,
  },
  { name: 'phone', address: '/files/Mere', previews: 1, options: PHONE },
];

const world = await PageWorld.start({ program: 'build' });
try {
  await world.addUser('ann', { role: 'admin' });
  await putSamples(await world.api('ann'));
  for (const { name, address, previews, options, prepare } of SHOTS) {
    const { page, close } = await world.open('ann', address, options);
    const pictures = page.getByRole('grid').locator('img');
    await pictures.nth(previews - 1).waitFor();
    await pictures.evaluateAll((images) =>
      Promise.all(images.map((image) => (image as { decode?(): unknown }).decode?.())),
    );
    await prepare?.(page);
    await page.screenshot({ path: join(FOLDER, `${name}.png`), animations: 'disabled' });
    await close();
  }
} finally {
  await world.stop();
}
