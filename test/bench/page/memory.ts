import sharp from 'sharp';
import type { CDPSession } from 'playwright-core';
import type { PageWorld } from '../../support/web-page.ts';
import type { Figure } from './budget.ts';

const PICTURES = 50;
const PREVIEWS = 200;

/** What the page holds after many pictures, beside what it held after few. */
export async function measureMemory(world: PageWorld): Promise<Figure[]> {
  const api = await world.api('ann');
  await api.ok('createFolder', { body: { path: '/pictures' } });
  for (let number = 0; number < PICTURES; number += 1) {
    const content = await sharp({
      create: { width: 1600, height: 1200, channels: 3, background: { r: number * 5, g: 90, b: 160 } },
    })
      .jpeg()
      .toBuffer();
    await api.ok('uploadFile', { query: { path: `/pictures/picture ${number}.jpg` }, content });
  }
  const { page, close } = await world.open('ann', '/files/pictures/picture%200.jpg');
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.enable');
  /** Until the picture is there, as somebody does who looks at it. */
  const see = (number: number): Promise<void> =>
    page.locator(`[role="dialog"] img.is-ready[alt="picture ${number}.jpg"]`).waitFor();
  let at = 0;
  let step = 1;
  const look = async (times: number): Promise<void> => {
    for (let time = 0; time < times; time += 1) {
      if (at + step < 0 || at + step >= PICTURES) step = -step;
      at += step;
      await page.keyboard.press(step > 0 ? 'ArrowRight' : 'ArrowLeft');
      await see(at);
    }
  };
  await see(0);
  await look(20);
  const before = await usageOf(session);
  await look(PREVIEWS);
  const after = await usageOf(session);
  await close();
  return [
    { what: `script memory after 20 previews`, value: before.heapMiB, unit: 'MiB' },
    { what: `more of it after ${PREVIEWS} more`, value: after.heapMiB - before.heapMiB, unit: 'MiB', atMost: 3 },
    {
      what: `more nodes of the document after ${PREVIEWS} more`,
      value: after.nodes - before.nodes,
      unit: '',
      atMost: 300,
    },
  ];
}

async function usageOf(session: CDPSession): Promise<{ heapMiB: number; nodes: number }> {
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  const { nodes } = await session.send('Memory.getDOMCounters');
  return { heapMiB: usedSize / 1024 ** 2, nodes };
}
