import { untrack } from 'svelte';
import { router, type Place } from '../state/router.svelte.ts';
import { session } from '../state/session.svelte.ts';
import type { Kept } from './kept.ts';

/** What a place showed when one comes back to it, else something new; nobody gets what somebody else saw in this tab. */
export function takeKept<Value, From>(kept: Kept<Value, From>, { key }: Place, from: From): Value {
  return untrack(() => kept.take(`${session.account?.name ?? ''} ${key}`, router.isReturning, from));
}
