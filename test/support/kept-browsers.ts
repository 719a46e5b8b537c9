import type { Browser, BrowserContextOptions } from 'playwright-core';
import { launchChromium, openPage, tidy, type Watched } from '../e2e/browser/chromium.ts';

/** Chromium takes a second to start: one for all files of a test process, which ends it after the last of them. */
let chromium: Promise<Browser> | undefined;
const isTested = 'after' in globalThis;
if (isTested) after(async () => (await chromium)?.close());

export function sharedChromium(): Promise<Browser> {
  return (chromium ??= launchChromium());
}

/** Outside of tests nobody else uses it; whoever comes later gets another one. */
export async function endChromium(): Promise<void> {
  if (isTested) return;
  const ended = chromium;
  chromium = undefined;
  await (await ended)?.close();
}

/** Browsers of nobody, by what they look like: they have the scripts of the page already, which new ones must fetch. */
const kept = new Map<string, Watched[]>();

/** As good as a new one. */
export async function keptBrowser(options: BrowserContextOptions): Promise<Watched> {
  return kept.get(JSON.stringify(options))?.pop() ?? openPage(await sharedChromium(), options);
}

export async function keepBrowser(watched: Watched, options: BrowserContextOptions): Promise<void> {
  try {
    await tidy(watched);
  } catch {
    // A test has closed its page, or failed in the middle of an upload that the page does not leave.
    return watched.close();
  }
  const kind = JSON.stringify(options);
  kept.set(kind, [...(kept.get(kind) ?? []), watched]);
}
