import { html, plainPage, type Html } from '../../http/html.ts';

/** What is wrong with what was typed, by field. */
export interface SetupProblems {
  readonly name?: string | undefined;
  readonly password?: string | undefined;
  readonly repeated?: string | undefined;
}

/** The form; `name` is what was typed before, passwords are never sent back. */
export function setupFormPage(name: string, problems: SetupProblems): string {
  const count = Object.values(problems).filter((problem) => problem !== undefined).length;
  const title = count > 0 ? 'Set up nosocial: please check' : 'Set up nosocial';
  return plainPage(
    title,
    html`<p>Choose the name and the password of the first administrator. You will use them to mount your files.</p>
      <form method="post">
        ${field({
          id: 'name',
          label: 'Name',
          attributes: html` type="text" value="${name}" maxlength="64" autocomplete="username" autocapitalize="none"
          spellcheck="false"`,
          hint: 'Up to 64 characters, without a colon.',
          problem: problems.name,
        })}
        ${field({
          id: 'password',
          label: 'Password',
          attributes: html` type="password" minlength="8" autocomplete="new-password"`,
          hint: 'At least 8 characters. A few words are easier to remember than signs.',
          problem: problems.password,
        })}
        ${field({
          id: 'repeated',
          label: 'Password again',
          attributes: html` type="password" minlength="8" autocomplete="new-password"`,
          hint: undefined,
          problem: problems.repeated,
        })}
        <button type="submit">Create the administrator</button>
      </form>`,
  );
}

interface Field {
  readonly id: string;
  readonly label: string;
  readonly attributes: Html;
  readonly hint: string | undefined;
  readonly problem: string | undefined;
}

function field({ id, label, attributes, hint, problem }: Field): Html {
  const describedBy = [problem && `${id}-problem`, hint && `${id}-hint`].filter(Boolean).join(' ');
  return html`<label for="${id}">${label}</label>
    <input
      id="${id}"
      name="${id}"
      required${attributes}${
        describedBy && html` aria-describedby="${describedBy}"`
      }${problem && html` aria-invalid="true"`}
    />
    ${problem && html`<p class="problem" id="${id}-problem" role="alert">${problem}</p>`}
    ${hint && html`<p class="hint" id="${id}-hint">${hint}</p>`}`;
}

export function setupDonePage(name: string, davUrl: string): string {
  return plainPage(
    'nosocial is ready',
    html`<p>The administrator <strong>${name}</strong> exists now. This page will not open again.</p>
      <p>Mount your files as a network drive, with that name and password, from this address:</p>
      <p class="address">${davUrl}</p>
      <p><a href="/connect">How to connect your system or phone</a>, step by step.</p>
      <p>More users are added on the server’s console with <strong>nosocial user add</strong>.</p>`,
  );
}

/** The start page while there is no user yet. */
export function waitingPage(): string {
  return plainPage(
    'nosocial waits to be set up',
    html`<p>The server runs, and has no users yet.</p>
      <p>
        Open the link that it printed on its console when it started. On the server,
        <strong>nosocial setup-link</strong> prints it again.
      </p>`,
  );
}

/** The start page of a server in use. */
export function startPage(davUrl: string): string {
  return plainPage(
    'nosocial',
    html`<p>This is a personal cloud. Its files are mounted as a network drive over WebDAV, from this address:</p>
      <p class="address">${davUrl}</p>
      <p><a href="/connect">How to connect your system or phone</a>, step by step.</p>
      <p>You need a name and a password from whoever runs the server.</p>`,
  );
}
