import { answerOf, answerOfProof, api } from './client.ts';

/** Of the account's own user, who may have gone away from the screen. */
interface Proof {
  readonly password: string;
  readonly code: string;
}

export function getSecondFactor() {
  return answerOf(api.GET('/api/v1/account/second-factor'));
}

export function beginSecondFactor(body: { password: string }) {
  return answerOfProof((once) => api.POST('/api/v1/account/second-factor', { body, ...once }));
}

/** Gives the recovery codes. */
export async function confirmSecondFactor(code: string): Promise<string[]> {
  const body = { code };
  return (await answerOf(api.POST('/api/v1/account/second-factor/confirm', { body }))).recoveryCodes;
}

export async function renewRecoveryCodes(body: Proof): Promise<string[]> {
  const answer = await answerOfProof((once) =>
    api.POST('/api/v1/account/second-factor/recovery-codes', { body, ...once }),
  );
  return answer.recoveryCodes;
}

export async function endSecondFactor(body: Proof): Promise<void> {
  await answerOfProof((once) => api.POST('/api/v1/account/second-factor/switch-off', { body, ...once }));
}
