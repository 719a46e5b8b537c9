import type X from '@lucide/svelte/icons/x';

/** One of `@lucide/svelte/icons/…`, each imported by itself: all of them together are megabytes. */
export type Icon = typeof X;
