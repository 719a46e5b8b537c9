import { html, type Html } from './html.ts';

interface Field {
  readonly id: string;
  readonly label: string;
  readonly attributes: Html;
  readonly isOptional?: boolean;
  readonly hint: string | undefined;
  readonly problem: string | undefined;
}

/** A field of a form with what is to be known of it, and what was wrong with what was typed. */
export function field({ id, label, attributes, isOptional = false, hint, problem }: Field): Html {
  const describedBy = [problem && `${id}-problem`, hint && `${id}-hint`].filter(Boolean).join(' ');
  return html`<label for="${id}">${label}</label>
    <input
      id="${id}"
      name="${id}"
      ${isOptional ? '' : 'required'}${attributes}${
        describedBy && html` aria-describedby="${describedBy}"`
      }${problem && html` aria-invalid="true"`}
    />
    ${problem && html`<p class="problem" id="${id}-problem" role="alert">${problem}</p>`}
    ${hint && html`<p class="hint" id="${id}-hint">${hint}</p>`}`;
}

/** The name of a user who is new, and the password, twice; `name` is what was typed before, passwords are never sent back. */
export function newUserFields(name: string, problems: NewUserProblems): Html {
  return html`${field({
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
  })}`;
}

/** What is wrong with what was typed, by field. */
export interface NewUserProblems {
  readonly name?: string | undefined;
  readonly password?: string | undefined;
  readonly repeated?: string | undefined;
}

/** Reads the texts of a form; what is not there, or there twice, is empty. */
export function formTexts(body: unknown): (name: string) => string {
  const fields = new Map(Object.entries((body ?? {}) as Record<string, unknown>));
  return (name) => {
    const value = fields.get(name);
    return typeof value === 'string' ? value : '';
  };
}
