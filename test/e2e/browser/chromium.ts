import assert from 'node:assert/strict';
import axe from 'axe-core';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

/** Debian's; playwright-core brings none of its own. */
const EXECUTABLE = '/usr/bin/chromium';

/** Names that lead to this machine, and count as other machines for the browser: no secure context. */
const HOSTS = ['nas.test', 'cloud.test'];

export async function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: EXECUTABLE,
    args: [
      // Chromium refuses its sandbox to root, who runs the suite in containers.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      `--host-resolver-rules=${HOSTS.map((host) => `MAP ${host} 127.0.0.1`).join(', ')}`,
      '--no-proxy-server',
    ],
  });
}

/** A page in a context of its own, and what it complained about. */
export interface Watched {
  readonly page: Page;
  readonly complaints: string[];
  readonly close: () => Promise<void>;
}

/** Refused and failed requests are what the test on the page is about; Chromium tells of each on the console. */
const EXPECTED = 'Failed to load resource: ';
/** What has no page around it has no icon either: Chromium asks for one all the same. */
const MAY_FAIL = /\/(dav|api)\/|\/favicon\.ico$/;
/** The header is sent with every page, since a proxy may speak TLS; without TLS Chromium says that it has no use for it. */
const OF_NO_USE = 'The Cross-Origin-Opener-Policy header has been ignored';

export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<Watched> {
  const context = await browser.newContext(options);
  context.on('page', awaitChoosers);
  const page = await context.newPage();
  const complaints: string[] = [];
  listen(page, complaints);
  return { page, complaints, close: () => context.close() };
}

/** While nobody listens, Chromium cancels choosers by itself; a test that begins to listen may be late. */
function awaitChoosers(page: Page): void {
  page.on('filechooser', () => undefined);
}

function listen(page: Page, complaints: string[]): void {
  page.on('console', (message) => {
    const isExpected = message.text().startsWith(EXPECTED) && MAY_FAIL.test(message.location().url);
    if (message.text().startsWith(OF_NO_USE)) return;
    if (['error', 'warning'].includes(message.type()) && !isExpected) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
}

/** What a test may have listened to. */
const LISTENED = [
  'console',
  'dialog',
  'download',
  'filechooser',
  'pageerror',
  'request',
  'requestfailed',
  'requestfinished',
  'response',
] as const;

/** A picture, in which nothing of the page runs, though it is of the same origin. */
const NEUTRAL = '/icon.svg';

/** Makes what a test has used as good as new: nobody is signed in, and nothing is routed, heard or kept. */
export async function tidy({ page, complaints }: Watched): Promise<void> {
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await page.goto(NEUTRAL);
  await page.evaluate('localStorage.clear()');
  await page.context().clearCookies();
  for (const event of LISTENED) page.removeAllListeners(event);
  awaitChoosers(page);
  listen(page, complaints);
  complaints.length = 0;
}

/** No rule of WCAG 2.2 A and AA that axe-core knows is broken. */
export async function assertAccessible(page: Page): Promise<void> {
  // What fades in has no contrast yet.
  await page.evaluate(`Promise.allSettled(
    document.getAnimations().filter(({ effect }) => effect.getComputedTiming().endTime < 60_000).map(({ finished }) => finished))`);
  if (!(await page.evaluate(`'axe' in window`))) await page.evaluate(axe.source);
  const found = await page.evaluate<string[]>(`axe
    .run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations'] })
    .then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html)))`);
  assert.deepEqual(found, []);
}

/** What the browser says that the agents of these systems are; shortened, as far as nobody looks at it. */
export const AGENTS = {
  windows:
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  macos:
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15',
  linux: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  ios: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
  android:
    'Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
} as const;
