import type { Locator, Page } from 'playwright-core';
import type { ApiClient } from './api-client.ts';

/** What the tests of the explorer do over and over. */

export async function makeFolders(api: ApiClient, ...paths: string[]): Promise<void> {
  for (const path of paths) await api.ok('createFolder', { body: { path, parents: true } });
}

/** Files whose content is their path. */
export async function makeFiles(api: ApiClient, ...paths: string[]): Promise<void> {
  for (const path of paths) {
    await api.call('createFolder', { body: { path: path.slice(0, path.lastIndexOf('/')), parents: true } });
    await api.ok('uploadFile', { query: { path }, content: path });
  }
}

/** The names in a folder, by the API. */
export async function namesIn(api: ApiClient, path: string): Promise<string[]> {
  const items = await api.all('listFiles', { query: { path, limit: 1000 } });
  return items.map(({ name }) => name as string);
}

/** An entry of the open folder. */
export function row(page: Page, name: string): Locator {
  return page
    .getByRole('grid')
    .getByRole('row')
    .filter({ has: page.getByRole('link', { name, exact: true }) });
}

/** Shows the folder, and waits until it does. */
export async function goTo(page: Page, address: string, ...names: string[]): Promise<void> {
  await page.goto(address);
  await showing(page, ...names);
}

export async function showing(page: Page, ...names: string[]): Promise<void> {
  for (const name of names) await row(page, name).waitFor();
}

export async function notShowing(page: Page, ...names: string[]): Promise<void> {
  for (const name of names) await row(page, name).waitFor({ state: 'detached' });
}

/** Chooses these and no others. */
export async function choose(page: Page, ...names: string[]): Promise<void> {
  for (const [index, name] of names.entries()) {
    await row(page, name).click(index === 0 ? {} : { modifiers: ['Control'] });
  }
}

/** By the context menu of what is chosen. */
export async function fromMenu(page: Page, name: string, action: string): Promise<void> {
  await row(page, name).click({ button: 'right' });
  await page.getByRole('menuitem', { name: action }).click();
}

/** Something that the page says in passing. */
export function told(page: Page, text: string | RegExp): Promise<void> {
  return page.locator('[data-sonner-toast]').filter({ hasText: text }).first().waitFor();
}

export async function undo(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Undo' }).first().click();
}

/** By the mouse, as people do it. */
export async function drag(page: Page, from: Locator, to: Locator, key?: 'Control'): Promise<void> {
  // Beside the name a drag would be a rubber band.
  await from.getByRole('link').hover();
  await page.mouse.down();
  if (key) await page.keyboard.down(key);
  // The first move begins the drag, the second is over the target.
  await to.hover();
  await to.hover();
  await page.mouse.up();
  if (key) await page.keyboard.up(key);
}

/** Nothing that happens is told to the page; only, by what is returned, that something did. */
export async function untold(page: Page): Promise<() => void> {
  let next = Promise.withResolvers<void>();
  let isFirst = true;
  await page.route('**/api/v1/events*', async (route) => {
    const event = isFirst ? 'ready' : 'reset';
    if (!isFirst) await next.promise;
    isFirst = false;
    next = Promise.withResolvers<void>();
    const body = `retry: 100\nid: ${event}\nevent: ${event}\ndata: {}\n\n`;
    await route.fulfill({ contentType: 'text/event-stream', body });
  });
  return () => next.resolve();
}

/** Asks again and again until it is so; the test's own time limits it. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise(setImmediate);
}
