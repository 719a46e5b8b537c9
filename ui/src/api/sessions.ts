import { answerOf, api } from './client.ts';
import type { Schemas } from './schemas.ts';

export type SignedIn = Schemas['Session'];

/** Where the account is signed in; the last used first. */
export async function listSessions(): Promise<SignedIn[]> {
  return (await answerOf(api.GET('/api/v1/sessions'))).items;
}

export async function endSession(id: string): Promise<void> {
  await answerOf(api.DELETE('/api/v1/sessions/{id}', { params: { path: { id } } }));
}

/** All but this one. */
export async function endOtherSessions(): Promise<void> {
  await answerOf(api.DELETE('/api/v1/sessions'));
}

/** This one, too. */
export async function logOutEverywhere(): Promise<void> {
  await answerOf(api.POST('/api/v1/account/log-out-everywhere'));
}
