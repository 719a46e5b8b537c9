import type { PageWorld } from '../../support/web-page.ts';
import type { Figure } from './budget.ts';

const LIMIT_KIB = 150;

/** The scripts that a browser loads until the files are on the screen, as they come over the network. */
export async function measureWeight(world: PageWorld): Promise<Figure[]> {
  const { page, close } = await world.open('ann', 'about:blank');
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  const scripts = new Set<string>();
  let bytes = 0;
  session.on('Network.responseReceived', ({ requestId, response }) => {
    if (response.mimeType.includes('javascript')) scripts.add(requestId);
  });
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (scripts.has(requestId)) bytes += encodedDataLength;
  });
  await page.goto('/files');
  await page.getByRole('main').getByText('Workspace').first().waitFor();
  await page.waitForTimeout(2000);
  await close();
  return [{ what: 'scripts of the first load, compressed', value: bytes / 1024, unit: 'KiB', atMost: LIMIT_KIB }];
}
