import { PAGES } from './routes.ts';

/** The shell around each page, and all that stands ready for somebody who is signed in. */
export const signedIn = () => import('./shell/signed-in.svelte');

/** For somebody who is not signed in; there is no shell around it. */
export const signInPage = () => import('./sign-in/sign-in-page.svelte');

/** Loads what a visit of `page` begins with, before it is known who visits. What does not come is told of where it is shown. */
export function begin(page: string): void {
  const shown = PAGES[page];
  const parts: Promise<unknown>[] = page === 'login' ? [signInPage()] : [signedIn()];
  if (shown) parts.push(shown());
  Promise.all(parts).catch(() => undefined);
}
