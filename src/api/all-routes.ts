import type { Route } from './contract/route.ts';

/** Every operation of the API, in the order of the documentation. */
export const ROUTES: readonly Route[] = [];
