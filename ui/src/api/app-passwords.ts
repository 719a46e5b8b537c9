import { answerOf, api } from './client.ts';
import type { Schemas } from './schemas.ts';

export type AppPassword = Schemas['AppPassword'];

export interface NewAppPassword {
  readonly name: string;
  readonly access: AppPassword['access'];
  /** The path of the only folder that it is for. */
  readonly folder?: string;
  readonly isDavOnly: boolean;
  readonly expiresAt?: string;
}

export async function listAppPasswords(): Promise<AppPassword[]> {
  return (await answerOf(api.GET('/api/v1/app-passwords'))).items;
}

/** The answer holds the password itself, this once. */
export function createAppPassword(body: NewAppPassword) {
  return answerOf(api.POST('/api/v1/app-passwords', { body }));
}

export async function revokeAppPassword(id: number): Promise<void> {
  await answerOf(api.DELETE('/api/v1/app-passwords/{id}', { params: { path: { id } } }));
}
