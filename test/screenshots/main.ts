import { join } from 'node:path';
import type { BrowserContextOptions } from 'playwright-core';
import { PHONE, PageWorld, shown } from '../support/web-page.ts';
import { putSamples } from './samples.ts';

const FOLDER = join(import.meta.dirname, '../../config/screenshots');
const DESKTOP: BrowserContextOptions = { viewport: { width: 1280, height: 800 } };

const SHOTS: readonly { name: string; address: string; text: string; options: BrowserContextOptions }[] = [
  { name: 'desktop', address: '/files/Gallery/Summer', text: 'IMG_2031.jpg', options: DESKTOP },
  { name: 'dark', address: '/files/Mere', text: 'notes.txt', options: { ...DESKTOP, colorScheme: 'dark' } },
  { name: 'phone', address: '/files/Mere', text: 'notes.txt', options: PHONE },
];

const world = await PageWorld.start({ program: 'build' });
try {
  await world.addUser('ann', { role: 'admin' });
  await putSamples(await world.api('ann'));
  for (const { name, address, text, options } of SHOTS) {
    const { page, close } = await world.open('ann', address, options);
    await shown(page, text);
    await page.waitForFunction('[...document.images].every((image) => image.complete)');
    await page.screenshot({ path: join(FOLDER, `${name}.png`), animations: 'disabled' });
    await close();
  }
} finally {
  await world.stop();
}
