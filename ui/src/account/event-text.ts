import type { AccountEvent } from '../api/account.ts';
import { t, type MessageKey } from '../lib/messages.svelte.ts';

/** The audit log's name of each kind of event. */
const TEXTS: Readonly<Record<string, MessageKey>> = {
  login: 'event.login',
  'login-failed': 'event.login-failed',
  'password-changed': 'event.password-changed',
  'second-factor-on': 'event.second-factor-on',
  'second-factor-off': 'event.second-factor-off',
  'recovery-codes-renewed': 'event.recovery-codes-renewed',
  'session-ended': 'event.session-ended',
  'session-stolen': 'event.session-stolen',
  'logged-out-everywhere': 'event.logged-out-everywhere',
  'app-password-added': 'event.app-password-added',
  'app-password-removed': 'event.app-password-removed',
};

/** What the audit log says that a login began, where it is no app password's name. */
const BEGUN: Readonly<Record<string, MessageKey>> = {
  'a session of a browser': 'event.login-page',
  'a token': 'event.login-token',
};

/** What happened, in a sentence; who did it, where that was somebody else, and from where. */
export function eventText({ action, value, user, address }: AccountEvent, ownName: string): string {
  const by = user === undefined ? t('event.by-machine') : t('event.by', { user });
  const isOwn = user?.toLowerCase() === ownName.toLowerCase();
  const parts = [whatHappened(action, value), isOwn || action === 'login-failed' ? '' : by];
  return [...parts, address === undefined ? '' : t('event.from', { address })].filter(Boolean).join(' ');
}

function whatHappened(action: string, value: string | number | undefined): string {
  const begun = BEGUN[String(value)];
  if (action === 'login') {
    if (begun !== undefined) return t(begun);
    return value === undefined ? t('event.login') : t('event.login-app', { name: value });
  }
  const key = TEXTS[action];
  return key === undefined ? action : t(key, { name: value });
}
