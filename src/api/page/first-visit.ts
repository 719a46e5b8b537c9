import type { Request, Response } from 'express';
import { contextOf } from '../../http/request-context.ts';
import { isDomainError } from '../../lib/errors.ts';
import type { ApiServices } from '../contract/services.ts';
import { cookiesOf } from '../v1/session.ts';

/** Leads whoever made an account in a form into the web page, signed in. */
export type FirstVisit = (request: Request, response: Response, login: NewLogin) => Promise<void>;

interface NewLogin {
  readonly name: string;
  readonly password: string;
}

/** Signs in by the same door as everybody, with what was typed a moment ago; where that fails, the page asks for it. */
export function firstVisit({
  core,
  accounts,
  sessions,
}: Pick<ApiServices, 'core' | 'accounts' | 'sessions'>): FirstVisit {
  return async (request, response, login) => {
    const { remoteAddress: address, isSecure } = contextOf(request);
    const client = { address, userAgent: request.get('user-agent') ?? '' };
    try {
      const user = await accounts.logIn(login, client, 'page');
      const opened = await sessions.openPage(user, client);
      response.set('Set-Cookie', cookiesOf(opened, { isSecure }, core.clock.nowMs()));
      response.redirect(303, '/?welcome');
    } catch (error) {
      if (!isDomainError(error)) throw error;
      response.redirect(303, `/login?name=${encodeURIComponent(login.name)}`);
    }
  };
}
