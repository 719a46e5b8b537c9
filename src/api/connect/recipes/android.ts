import { html } from '../../../http/html.ts';
import { authorityFirst, line, type Recipe } from './recipe.ts';

export const android: Recipe = {
  id: 'android',
  title: 'Android',
  systems: ['android'],
  body: (place) =>
    html`<p>The address for all of these:</p>
      ${line(place.davUrl)}
      <ol>
        ${authorityFirst(place)}
        <li>
          <em>DAVx⁵</em> puts the files into Android’s own file picker, for all apps: <em>☰</em> → <em>Tools</em> →
          <em>WebDAV mounts</em> → <em>+</em>.
        </li>
        <li><em>Solid Explorer</em>: <em>+</em> → <em>New storage</em> → <em>WebDAV</em>.</li>
        <li><em>Total Commander</em> with its plug-in <em>WebDAV</em>: home → <em>LAN/WebDAV</em>.</li>
      </ol>
      <h3>Photos, by themselves</h3>
      <ol>
        <li>In <em>FolderSync</em>: <em>Accounts</em> → <em>+</em> → <em>WebDAV</em>, the address above.</li>
        <li>
          <em>Folder pairs</em> → <em>+</em>: left <code>DCIM/Camera</code>, right <code>Photos</code> (without a home
          of your own, <code>Workspace/Photos</code>), direction <em>to right folder</em>, instant sync or a schedule,
          on Wi-Fi only if you like.
        </li>
        <li>Or <em>PhotoSync</em>: <em>Configure</em> → <em>WebDAV</em>, then <em>Autotransfer</em>.</li>
      </ol>
      ${
        place.needsAuthority
          ? html`<p class="hint">
              Some apps do not look at imported authorities; they show the certificate and ask whether it is right. Say
              yes only in your own network.
            </p>`
          : undefined
      }`,
};
