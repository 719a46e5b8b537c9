import { newUserFields, type NewUserProblems } from '../../http/form.ts';
import { html, plainPage } from '../../http/html.ts';

/** The form; `name` is what was typed before, passwords are never sent back. */
export function setupFormPage(name: string, problems: NewUserProblems): string {
  const count = Object.values(problems).filter((problem) => problem !== undefined).length;
  const title = count > 0 ? 'Set up nosocial: please check' : 'Set up nosocial';
  return plainPage(
    title,
    html`<p>
        Choose the name and the password of the first administrator. You will sign in and mount your files with them.
      </p>
      <form method="post">
        ${newUserFields(name, problems)}
        <button type="submit">Create the administrator</button>
      </form>`,
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
