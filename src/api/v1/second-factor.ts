import { renderSVG } from 'uqr';
import * as z from 'zod';
import { assertInPerson } from '../../auth/caller.ts';
import { requireUser } from '../../core/users.ts';
import { json, NO_CONTENT } from '../contract/answers.ts';
import { route } from '../contract/route.ts';
import { ownUser } from './account.ts';
import { clientOf, CODE, PASSWORD } from './session.ts';

const CODES = z
  .object({ recoveryCodes: z.array(z.string()).describe('Ten, each good once in place of a code. Shown only now.') })
  .meta({ id: 'RecoveryCodes' });

const PROOF = z.strictObject({ password: PASSWORD, code: CODE });
/** ISO/IEC 18004 wants four light modules around it. */
const QUIET_ZONE = 4;
/** Nothing of it may stay in any cache. */
const SECRET = { 'Cache-Control': 'no-store' };

export const secondFactorRoutes = [
  route({
    method: 'get',
    path: '/api/v1/account/second-factor',
    id: 'getSecondFactor',
    tag: 'account',
    summary: 'Whether a second factor is on',
    access: 'user',
    answers: {
      200: {
        description: 'How it is.',
        schema: z.object({
          isOn: z.boolean(),
          recoveryCodesLeft: z.number().int().optional().describe('While it is on.'),
        }),
      },
    },
    errors: ['forbidden'],
    handle: async ({ caller }, { secondFactors }) => {
      assertInPerson(caller);
      const recoveryCodesLeft = await secondFactors.recoveryCodesLeft(caller.actor.userId);
      const isOn = recoveryCodesLeft !== undefined;
      return json(200, { isOn, ...(isOn && { recoveryCodesLeft }) });
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/account/second-factor',
    id: 'beginSecondFactor',
    tag: 'account',
    summary: 'A secret for an authenticator app; nothing is on until a code of it is shown',
    access: 'user',
    body: z.strictObject({ password: PASSWORD }),
    answers: {
      201: {
        description: 'Waits for `POST /api/v1/account/second-factor/confirm`.',
        schema: z.object({
          secret: z.string().describe('To be typed where no camera is: Base32.'),
          uri: z.string().describe('`otpauth://totp/…`: SHA-1, 6 digits, 30 seconds.'),
          qrCode: z.string().describe('The same as a picture: SVG.'),
        }),
      },
    },
    errors: ['refused'],
    handle: async (request, services) => {
      assertInPerson(request.caller);
      const client = { ...clientOf(request), needsCode: false };
      const user = await services.accounts.confirm(await ownUser(request.caller, services), request.body, client);
      const { secret, uri } = await services.secondFactors.begin(user);
      return json(201, { secret, uri, qrCode: renderSVG(uri, { ecc: 'M', border: QUIET_ZONE }) }, SECRET);
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/account/second-factor/confirm',
    id: 'confirmSecondFactor',
    tag: 'account',
    summary: 'Switches the second factor on, with a code of the app',
    description: 'From now on signing in needs a code, and WebDAV refuses the password: make app passwords for it.',
    access: 'user',
    body: z.strictObject({ code: CODE }),
    answers: { 200: { description: 'It is on.', schema: CODES } },
    errors: ['refused', 'too-many-attempts'],
    handle: async ({ caller, body, clientAddress: address }, services) => {
      assertInPerson(caller);
      const user = await ownUser(caller, services);
      const recoveryCodes = await services.secondFactors.confirm(user, body.code, address);
      services.audit({ action: 'second-factor-on', user: user.name, address, target: user.name });
      return json(200, { recoveryCodes }, SECRET);
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/account/second-factor/recovery-codes',
    id: 'renewRecoveryCodes',
    tag: 'account',
    summary: 'Ten new recovery codes; the old ones are no good any more',
    access: 'user',
    body: PROOF,
    answers: { 200: { description: 'The new ones.', schema: CODES } },
    errors: ['refused'],
    handle: async (request, services) => {
      assertInPerson(request.caller);
      const client = { ...clientOf(request), needsCode: true };
      const user = await services.accounts.confirm(await ownUser(request.caller, services), request.body, client);
      const recoveryCodes = await services.secondFactors.renewCodes(user);
      const { name } = user;
      services.audit({ action: 'recovery-codes-renewed', user: name, address: client.address, target: name });
      return json(200, { recoveryCodes }, SECRET);
    },
  }),
  route({
    // No DELETE: what that carries may be dropped on the way (RFC 9110 §9.3.5), and the proof has to arrive.
    method: 'post',
    path: '/api/v1/account/second-factor/switch-off',
    id: 'endSecondFactor',
    tag: 'account',
    summary: 'Switches the second factor off',
    access: 'user',
    body: PROOF,
    answers: { 204: { description: 'It is off; its secret and recovery codes are forgotten.' } },
    errors: ['refused'],
    handle: async (request, services) => {
      assertInPerson(request.caller);
      const client = { ...clientOf(request), needsCode: true };
      const user = await services.accounts.confirm(await ownUser(request.caller, services), request.body, client);
      await services.secondFactors.remove(user.id);
      const { name } = user;
      services.audit({ action: 'second-factor-off', user: name, address: client.address, target: name });
      return NO_CONTENT;
    },
  }),
  route({
    method: 'delete',
    path: '/api/v1/users/{name}/second-factor',
    id: 'endSecondFactorOf',
    tag: 'users',
    summary: 'Switches off the second factor of somebody who lost it',
    access: 'admin',
    params: z.object({ name: z.string().min(1).max(255) }),
    answers: { 204: { description: 'It is off.' } },
    errors: ['not-found'],
    handle: async ({ caller, params, clientAddress: address }, { core, secondFactors, audit }) => {
      const user = await requireUser(core, params.name);
      await secondFactors.remove(user.id);
      audit({ action: 'second-factor-off', user: caller.actor.name, address, target: user.name });
      return NO_CONTENT;
    },
  }),
];
