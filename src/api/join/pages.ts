import type { RegistrationMode } from '../../core/account-settings.ts';
import { field, newUserFields, type NewUserProblems } from '../../http/form.ts';
import { html, plainPage } from '../../http/html.ts';

export const SCRIPT_PATH = '/join/join.js';

/** What follows `#` in a link reaches no server: the page itself reads it. */
export const SCRIPT = `const invitation = document.getElementById('invitation');
if (location.hash.length > 1) invitation.value = location.hash.slice(1);
`;

export interface JoinProblems extends NewUserProblems {
  readonly invitation?: string | undefined;
}

const HINTS = {
  invitation: 'It stands in the link that you were sent, behind the #.',
  approval: 'If you were sent one. Without it an administrator has to approve the account first.',
  open: 'Only if you were sent one.',
};

/** The form by which somebody comes to have an account. */
export function joinFormPage(
  mode: Exclude<RegistrationMode, 'closed'>,
  typed: { readonly name: string; readonly invitation: string },
  problems: JoinProblems,
): string {
  const isRefused = Object.values(problems).some((problem) => problem !== undefined);
  return plainPage(
    isRefused ? 'Your account: please check' : 'Your account',
    html`<p>Choose a name and a password. You will sign in and mount your files with them.</p>
      <form method="post" action="/join">
        ${field({
          id: 'invitation',
          label: 'Invitation',
          attributes: html` type="text" value="${typed.invitation}" maxlength="255" autocomplete="off"
          autocapitalize="none" spellcheck="false"`,
          isOptional: mode !== 'invitation',
          hint: HINTS[mode],
          problem: problems.invitation,
        })}
        ${newUserFields(typed.name, problems)}
        <button type="submit">Make the account</button>
      </form>`,
    { script: SCRIPT_PATH },
  );
}

export function joinClosedPage(): string {
  return plainPage('Nobody can register here', html`<p>Whoever runs this server makes the accounts: ask for one.</p>`);
}

export function joinWaitingPage(name: string): string {
  return plainPage(
    'Thank you',
    html`<p>The account <strong>${name}</strong> can be used once an administrator has approved it.</p>
      <p>
        <a href="/">Sign in</a> then, or see <a href="/connect">how to connect your system or phone</a>, step by step.
      </p>`,
  );
}
