import type { JSHandle, Page } from 'playwright-core';
import { holds } from './web-page.ts';

export interface DroppedFile {
  readonly name: string;
  readonly content?: string;
  /** In place of a content: so many bytes, each the same as long as `seed` is. */
  readonly sizeBytes?: number;
  readonly seed?: number;
  readonly modifiedMs?: number;
}

/** Lets go of files from outside over the page, or over an element of it. */
export async function drop(page: Page, files: readonly DroppedFile[], selector = 'main'): Promise<void> {
  const dataTransfer = await transferOf(page, files);
  await page.dispatchEvent(selector, 'dragover', { dataTransfer });
  await page.dispatchEvent(selector, 'drop', { dataTransfer });
}

/** Over the first element of a kind with such a text; at once, since a folder opens that something is held over. */
export async function dropOn(
  page: Page,
  { among, named }: { readonly among: string; readonly named: string },
  files: readonly DroppedFile[],
): Promise<void> {
  await holds(
    page,
    `(() => {
    const texts = [...document.querySelectorAll(${JSON.stringify(among)})];
    const target = texts.find(({ textContent }) => textContent.trim() === ${JSON.stringify(named)});
    if (!target) return false;
    const dataTransfer = (${MAKE_TRANSFER})(${JSON.stringify(files)});
    for (const type of ['dragover', 'drop']) {
      target.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer }));
    }
    return true;
  })()`,
  );
}

export async function transferOf(page: Page, files: readonly DroppedFile[]): Promise<JSHandle> {
  // A function that is given as text is not called with what follows it.
  return page.evaluateHandle(`(${MAKE_TRANSFER})(${JSON.stringify(files)})`);
}

/** Run by the browser. */
const MAKE_TRANSFER = `(files) => {
  const transfer = new DataTransfer();
  for (const { name, content = '', sizeBytes, seed = 0, modifiedMs = Date.UTC(2020, 0, 2, 3, 4, 5) } of files) {
    const bytes = sizeBytes === undefined ? content : new Uint8Array(sizeBytes).fill(seed);
    transfer.items.add(new File([bytes], name, { lastModified: modifiedMs }));
  }
  return transfer;
}`;

export function panel(page: Page) {
  return page.getByRole('region', { name: 'Uploads' });
}

/** Waits until the panel says that all is over, in these words. */
export async function ended(page: Page, words: string | RegExp): Promise<void> {
  await panel(page).getByRole('heading', { name: words }).waitFor({ timeout: 60_000 });
}
