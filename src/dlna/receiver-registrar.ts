import type { Actions } from './soap/action.ts';

/** Microsoft's: whoever may reach the server may play from it. Nothing is ever registered. */
export const receiverRegistrar: Actions = {
  IsAuthorized: async () => ({ Result: 1 }),
  IsValidated: async () => ({ Result: 1 }),
  RegisterDevice: async () => ({ RegistrationRespMsg: '' }),
};
