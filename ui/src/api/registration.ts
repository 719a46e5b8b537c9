import { answerOf, api } from './client.ts';

/** How one comes to have an account here, and how long a password has to be. */
export function getRegistration() {
  return answerOf(api.GET('/api/v1/registration'));
}
