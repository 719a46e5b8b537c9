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

/** For somebody whose session has ended. */
export const signInAgain = () => import('./sign-in/sign-in-again.svelte');

/** For somebody whose account is new. */
export const welcome = () => import('./sign-in/welcome.svelte');
