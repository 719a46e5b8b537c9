import express, { Router, type Request, type Response } from 'express';
import { NetworkLimit } from '../../auth/network-limit.ts';
import { assertNewPassword, type PasswordHasher } from '../../auth/password.ts';
import type { Core } from '../../core/core.ts';
import { createFirstAdministrator } from '../../core/users.ts';
import { formTexts, type NewUserProblems } from '../../http/form.ts';
import { answerPage } from '../../http/middleware/failures.ts';
import { pageBehind } from '../../http/own-page.ts';
import { contextOf } from '../../http/request-context.ts';
import { isDomainError } from '../../lib/errors.ts';
import type { FirstVisit } from '../page/first-visit.ts';
import { setupFormPage, waitingPage } from './pages.ts';
import { checkSetupToken, forgetSetupToken } from './token.ts';

export interface SetupOptions {
  readonly core: Core;
  readonly hasher: PasswordHasher;
  /** Where people reach the server, when that is not what they asked for. */
  readonly publicUrl: string | undefined;
  readonly visit: FirstVisit;
  /** Told once, of the first administrator. */
  readonly onDone?: (administrator: { name: string; address: string }) => void;
}

interface SetupForm {
  readonly name: string;
  readonly password: string;
  readonly repeated: string;
}

/** Wrong links of one network. Apart from logins: any web page can make its visitors' browsers ask for them. */
const WRONG_LINKS = { most: 10, windowMs: 60_000 };

/** The start page while there is no user, and the one-time page on which the first administrator is made. */
export function setupRoutes(options: SetupOptions): Router {
  const wrongLinks = new NetworkLimit(options.core.clock, WRONG_LINKS, 'wrong links');
  /** Whether the link is the right one; answers if not. */
  const admitLink = async (request: Request, response: Response): Promise<boolean> => {
    const verdict = await checkSetupToken(options.core, String(request.params['token']));
    if (verdict === 'right') return true;
    if (verdict === 'wrong') wrongLinks.count(contextOf(request).remoteAddress);
    answerPage(response, 404);
    return false;
  };
  const routes = Router({ strict: true, caseSensitive: true });
  routes.get('/', (_request, response) => {
    response.type('html').send(waitingPage());
  });
  routes
    .route('/setup/:token')
    .get(async (request, response) => {
      if (await admitLink(request, response)) sendForm(response, { name: '', problems: {} });
    })
    .post(express.urlencoded({ extended: false, limit: '16kb', parameterLimit: 10 }), async (request, response) => {
      if (await admitLink(request, response)) await createAdministrator(request, response, options);
    });
  return routes;
}

async function createAdministrator(request: Request, response: Response, options: SetupOptions): Promise<void> {
  // What says nothing of a page is no browser, and knows the link.
  if (pageBehind(request, options.publicUrl) === 'foreign') {
    answerPage(response, 403);
    return;
  }
  const form = readForm(request.body);
  const problems = problemsOf(form);
  if (Object.keys(problems).length > 0) {
    sendForm(response, { name: form.name, problems });
    return;
  }
  const passwordHash = await options.hasher.hash(form.password);
  try {
    await createFirstAdministrator(options.core, { name: form.name, passwordHash });
  } catch (error) {
    if (isDomainError(error, 'bad-name')) sendForm(response, { name: form.name, problems: { name: error.message } });
    // Somebody else was first.
    else if (isDomainError(error, 'refused', 'already-exists')) answerPage(response, 404);
    else throw error;
    return;
  }
  await forgetSetupToken(options.core);
  options.onDone?.({ name: form.name, address: contextOf(request).remoteAddress });
  await options.visit(request, response, form);
}

function sendForm(response: Response, { name, problems }: { name: string; problems: NewUserProblems }): void {
  const isRefused = Object.keys(problems).length > 0;
  // With no-referrer browsers send `Origin: null`, by which other pages' forms could not be told from this one.
  response.set('Referrer-Policy', 'same-origin');
  response
    .status(isRefused ? 400 : 200)
    .type('html')
    .send(setupFormPage(name, problems));
}

function readForm(body: unknown): SetupForm {
  const text = formTexts(body);
  return { name: text('name').trim(), password: text('password'), repeated: text('repeated') };
}

function problemsOf({ name, password, repeated }: SetupForm): NewUserProblems {
  const problems: { -readonly [Key in keyof NewUserProblems]: NewUserProblems[Key] } = {};
  if (name === '') problems.name = 'Please choose a name.';
  try {
    assertNewPassword(password);
  } catch (error) {
    if (!isDomainError(error, 'bad-request')) throw error;
    problems.password = error.message;
  }
  if (password !== repeated) problems.repeated = 'The two passwords differ.';
  return problems;
}
