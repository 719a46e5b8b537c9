import { answerOf, answerOfProof, api } from './client.ts';
import type { Schemas } from './schemas.ts';

export type Account = Schemas['Account'];
export type PageSession = Schemas['PageSession'];

export function getAccount(): Promise<Account> {
  return answerOf(api.GET('/api/v1/account'));
}

export function signIn(body: { name: string; password: string; code?: string }): Promise<PageSession> {
  return answerOf(api.POST('/api/v1/session', { body }));
}

/** With the `loginToken` of the problem `second-factor-needed`. */
export function signInWithCode(body: { loginToken: string; code: string }): Promise<PageSession> {
  return answerOf(api.POST('/api/v1/session/second-factor', { body }));
}

export async function signOut(): Promise<void> {
  await answerOf(api.DELETE('/api/v1/session'));
}

/** Everything else that was signed in with the old one is signed out. */
export async function changePassword(body: { password: string; newPassword: string }): Promise<void> {
  await answerOfProof((once) => api.POST('/api/v1/account/password', { body, ...once }));
}

export type AccountEvent = Schemas['AuditEntry'];

/** A page of what happened to the account, the latest first. */
export function listAccountEvents(cursor: string | undefined, signal: AbortSignal) {
  const query = { limit: 50, ...(cursor !== undefined && { cursor }) };
  return answerOf(api.GET('/api/v1/account/events', { params: { query }, signal }));
}
