import express, { Router, type Request, type Response } from 'express';
import type { Registrations } from '../../auth/registrations.ts';
import { formTexts } from '../../http/form.ts';
import { answerPage } from '../../http/middleware/failures.ts';
import { allowOwnScripts } from '../../http/middleware/security-headers.ts';
import { pageBehind } from '../../http/own-page.ts';
import { contextOf } from '../../http/request-context.ts';
import { isDomainError } from '../../lib/errors.ts';
import type { FirstVisit } from '../page/first-visit.ts';
import { joinClosedPage, joinFormPage, joinWaitingPage, SCRIPT, SCRIPT_PATH, type JoinProblems } from './pages.ts';

interface JoinOptions {
  readonly registrations: Pick<Registrations, 'mode' | 'register'>;
  /** Where people reach the server, when that is not what they asked for. */
  readonly publicUrl: string | undefined;
  readonly visit: FirstVisit;
}

interface JoinForm {
  readonly name: string;
  readonly password: string;
  readonly repeated: string;
  readonly invitation: string;
}

const EMPTY: JoinForm = { name: '', password: '', repeated: '', invitation: '' };

/** The page to which the link of an invitation leads, and on which anybody asks for an account where anybody may. */
export function joinRoutes(options: JoinOptions): Router {
  const routes = Router({ strict: true, caseSensitive: true });
  routes
    .route('/join')
    .get(async (_request, response) => {
      await sendForm(response, options, { form: EMPTY, problems: {} });
    })
    .post(express.urlencoded({ extended: false, limit: '16kb', parameterLimit: 10 }), async (request, response) => {
      // What says nothing of a page is no browser.
      if (pageBehind(request, options.publicUrl) === 'foreign') answerPage(response, 403);
      else await join(request, response, options);
    });
  routes.get(SCRIPT_PATH, (_request, response) => {
    response.set('Cache-Control', 'no-cache').type('js').send(SCRIPT);
  });
  return routes;
}

async function join(request: Request, response: Response, options: JoinOptions): Promise<void> {
  const form = readForm(request.body);
  const { name, password, repeated } = form;
  if (password !== repeated) {
    await sendForm(response, options, { form, problems: { repeated: 'The two passwords differ.' } });
    return;
  }
  const invitation = form.invitation === '' ? undefined : form.invitation;
  const address = contextOf(request).remoteAddress;
  try {
    const { isWaiting } = await options.registrations.register({ name, password, invitation, address });
    if (isWaiting) response.type('html').send(joinWaitingPage(name));
    else await options.visit(request, response, { name, password });
  } catch (error) {
    const problems = problemsOf(error);
    if (problems === undefined) throw error;
    await sendForm(response, options, { form, problems });
  }
}

async function sendForm(
  response: Response,
  { registrations }: JoinOptions,
  { form, problems }: { form: JoinForm; problems: JoinProblems },
): Promise<void> {
  const mode = await registrations.mode();
  if (mode === 'closed') {
    response.status(403).type('html').send(joinClosedPage());
    return;
  }
  allowOwnScripts(response);
  // With no-referrer browsers send `Origin: null`, by which other pages' forms could not be told from this one.
  response.set('Referrer-Policy', 'same-origin');
  const isRefused = Object.keys(problems).length > 0;
  response
    .status(isRefused ? 400 : 200)
    .type('html')
    .send(joinFormPage(mode, form, problems));
}

function readForm(body: unknown): JoinForm {
  const text = formTexts(body);
  return {
    name: text('name').trim(),
    password: text('password'),
    repeated: text('repeated'),
    invitation: text('invitation').trim(),
  };
}

/** What can be put right in the form; undefined for what cannot. */
function problemsOf(error: unknown): JoinProblems | undefined {
  if (isDomainError(error, 'bad-name', 'already-exists')) return { name: error.message };
  if (isDomainError(error, 'bad-request')) return { password: error.message };
  if (isDomainError(error, 'not-found', 'registration-closed')) return { invitation: error.message };
  return undefined;
}
