import type { Component } from 'svelte';
import type { Place } from './state/router.svelte.ts';

type Page = Component<{ place: Place }>;

/** What is shown at which address. Each page is loaded when somebody first goes there. */
export const PAGES: Readonly<Record<string, () => Promise<{ default: Page }>>> = {
  files: () => import('./explorer/explorer-page.svelte'),
  recent: () => import('./recent/recent-page.svelte'),
  trash: () => import('./trash/trash-page.svelte'),
  search: () => import('./search/search-page.svelte'),
  account: () => import('./account/account-page.svelte'),
  admin: () => import('./admin/admin-page.svelte'),
};

/** The shell around each of them, and all that stands ready for somebody who is signed in. */
export const signedIn = () => import('./shell/signed-in.svelte');

/** For somebody who is not signed in; it has no shell around it. */
export const signInPage = () => import('./sign-in/sign-in-page.svelte');

/** For somebody whose session has ended. */
export const signInAgain = () => import('./sign-in/sign-in-again.svelte');

/** For somebody whose account is new. */
export const welcome = () => import('./sign-in/welcome.svelte');

/** Loads what a visit of `page` begins with, before it is known who visits. What does not come is told of where it is shown. */
export function begin(page: string): void {
  const shown = PAGES[page];
  const parts: Promise<unknown>[] = page === 'login' ? [signInPage()] : [signedIn()];
  if (shown) parts.push(shown());
  Promise.all(parts).catch(() => undefined);
}
