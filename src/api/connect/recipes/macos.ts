import { html } from '../../../http/html.ts';
import { authorityFirst, line, type Recipe } from './recipe.ts';

export const macos: Recipe = {
  id: 'macos',
  title: 'macOS',
  systems: ['macos'],
  body: (place) =>
    html`<ol>
        ${authorityFirst(place)}
        <li>In Finder: <em>Go</em> → <em>Connect to Server…</em> (⌘K).</li>
        <li>Paste this address, and press <em>+</em> to keep it for next time: ${line(place.davUrl)}</li>
        <li>
          <em>Connect</em>, choose <em>Registered User</em>, type your name and password.
          ${place.isSecure ? undefined : html`macOS warns that the connection is not encrypted; it is right.`}
        </li>
      </ol>
      <p class="hint">
        To have it after each start: System Settings → General → Login Items → <em>+</em> → the mounted volume.
      </p>`,
};
