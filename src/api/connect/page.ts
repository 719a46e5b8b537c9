import { html, plainPage, type Html } from '../../http/html.ts';
import { authoritySection, type Authority } from './authority.ts';
import type { Endpoint, Places } from './places.ts';
import { qrCode } from './qr.ts';
import { RECIPES } from './recipes/all.ts';
import { line, placeAt, type Place, type Recipe } from './recipes/recipe.ts';
import type { System } from './visitor.ts';

export interface ConnectView {
  readonly places: Places;
  readonly system: System;
  /** Undefined while the server has none of its own. */
  readonly authority: Authority | undefined;
  readonly hasUsers: boolean;
  /** Paths of the files that go with the page. */
  readonly files: { readonly style: string; readonly script: string };
}

const SYSTEM_NAMES: Readonly<Record<System, string>> = {
  windows: 'On Windows',
  macos: 'On a Mac',
  linux: 'On Linux',
  ios: 'On an iPhone or iPad',
  android: 'On Android',
  other: 'With any system',
};

export function connectPage(view: ConnectView): string {
  const { places, system, authority, hasUsers, files } = view;
  const place = placeAt(places.chosen, authority !== undefined);
  return plainPage(
    'Connect to your files',
    html`${addresses(view)} ${recipes(place, system)} ${testSection(hasUsers)}
    ${
      authority && places.shown.some(({ isSecure, scope }) => isSecure && scope !== 'public')
        ? authoritySection(authority, system)
        : undefined
    }`,
    files,
  );
}

function addresses({ places, system, authority }: ConnectView): Html {
  const { chosen, shown } = places;
  const others = shown.filter(({ url }) => url !== chosen.url);
  return html`<section class="addresses" aria-label="Address">
    <div>
      <p>
        This server shows your files as a network drive, with what your system or phone has already. You need the name
        and the password that whoever runs the server gave you, and this address:
      </p>
      ${line(`${chosen.url}/dav/`)}
      ${chosen.isSecure || chosen.scope === 'this-machine' ? undefined : unencrypted(shown, authority)}
      ${chosen.scope === 'this-machine' ? html`<p class="hint">It works on this machine only.</p>` : undefined}
      ${others.length > 0 ? otherAddresses(others) : undefined}
    </div>
    ${phoneCode(places, system)}
  </section>`;
}

function otherAddresses(others: readonly Endpoint[]): Html {
  const items = others.map(
    ({ url, scope }) =>
      html`<li>
        <a href="/connect?at=${encodeURIComponent(url)}">${url}/dav/</a
        >${scope === 'public' ? ' (from everywhere)' : ''}
      </li>`,
  );
  return html`<details class="others">
    <summary>Other addresses of this server</summary>
    <p class="hint">All lead to the same files. Choose one, and the steps below are for it.</p>
    <ul>
      ${items}
    </ul>
  </details>`;
}

/** What to do where passwords travel for all to read. */
function unencrypted(shown: readonly Endpoint[], authority: Authority | undefined): Html {
  const secure = shown.find(({ isSecure }) => isSecure);
  const advice =
    secure === undefined
      ? html`Whoever runs the server can change that: <code>nosocial tls init</code> on the server, or a reverse proxy
          with a certificate before it.`
      : html`Better use <a href="/connect?at=${encodeURIComponent(secure.url)}">${secure.url}</a>${
            authority !== undefined && secure.scope !== 'public'
              ? html`, once you <a href="#authority">trust its certificate</a>`
              : undefined
          }.`;
  return html`<p class="warning">
    <strong>Not encrypted.</strong> Whoever listens on the network between you and the server can read your password and
    your files here. ${advice}
  </p>`;
}

function phoneCode({ forPhones }: Places, system: System): Html | undefined {
  if (forPhones.scope === 'this-machine') return undefined;
  const url = `${forPhones.url}/connect`;
  const code = html`${qrCode(url, `QR code of ${url}`)}
    <p class="hint">Your phone’s camera opens this page there: ${url}</p>`;
  const isPhone = system === 'ios' || system === 'android';
  if (!isPhone) return html`<div class="phone">${code}</div>`;
  return html`<details class="others">
    <summary>Connect another phone</summary>
    ${code}
  </details>`;
}

function recipes(place: Place, system: System): Html {
  const own = RECIPES.filter(({ systems }) => systems.includes(system));
  const others = RECIPES.filter((recipe) => !own.includes(recipe));
  // Of several ways on one system the first stands open.
  const first =
    own.length === 1
      ? own.map((recipe) => recipe.body(place))
      : own.map((recipe, index) => folded(recipe, place, index === 0));
  const [only] = own;
  const anchor = own.length === 1 && only !== undefined ? only.id : 'recipes';
  return html`<section id="${anchor}" class="recipe" aria-labelledby="own-title">
      <h2 id="own-title">${SYSTEM_NAMES[system]}</h2>
      ${first}
    </section>
    <section aria-labelledby="others-title">
      <h2 id="others-title">Other systems and programs</h2>
      ${others.map((recipe) => folded(recipe, place, false))}
    </section>`;
}

function folded({ id, title, body }: Recipe, place: Place, isOpen: boolean): Html {
  return html`<details id="${id}" class="recipe" ${isOpen ? html` open` : undefined}>
    <summary>${title}</summary>
    ${body(place)}
  </details>`;
}

/** The form does nothing without the script, which shows it; its fields have no names, so that nothing ever sends them. */
function testSection(hasUsers: boolean): Html {
  const content = hasUsers
    ? html`<p>
          Something does not work? This makes the requests that a network drive makes, from this browser, by the address
          in its address bar, and says what goes wrong.
        </p>
        <noscript><p class="hint">The test needs JavaScript; nothing else on this page does.</p></noscript>
        <form id="test-form" hidden>
          <div class="fields">
            <div>
              <label for="test-name">Name</label>
              <input
                id="test-name"
                type="text"
                autocomplete="username"
                autocapitalize="none"
                spellcheck="false"
                required
              />
            </div>
            <div>
              <label for="test-password">Password</label>
              <input id="test-password" type="password" autocomplete="current-password" required />
            </div>
          </div>
          <div class="buttons">
            <button id="test-start" type="submit">Test the connection</button>
            <button id="test-cancel" type="button" class="quiet" hidden>Cancel</button>
          </div>
          <p class="hint">
            Your name and password go to this server only. What the test writes it deletes: one small text file is in
            your trash afterwards, or nothing at all where you may not delete.
          </p>
        </form>
        <div id="test-report" hidden>
          <progress id="test-progress" value="0" aria-label="Progress of the test"></progress>
          <p id="test-status" role="status"></p>
          <ol id="test-steps" aria-label="Steps of the test"></ol>
          <p id="test-result" tabindex="-1"></p>
        </div>`
    : html`<p>
        This server has no users yet, so there is nothing to test. The one-time link for the first administrator is on
        the server’s console; <code>nosocial setup-link</code> prints it again. <a href="/">More on the start page</a>.
      </p>`;
  return html`<section id="test" aria-labelledby="test-title">
    <h2 id="test-title">Test the connection</h2>
    ${content}
  </section>`;
}
