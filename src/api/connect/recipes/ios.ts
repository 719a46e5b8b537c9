import { html } from '../../../http/html.ts';
import { authorityFirst, line, type Recipe } from './recipe.ts';

export const ios: Recipe = {
  id: 'ios',
  title: 'iPhone and iPad',
  systems: ['ios'],
  body: (place) => {
    const { hostname, port } = new URL(place.davUrl);
    return html`<p>
        The Files app of iOS does not speak WebDAV itself; an app brings it, and shows your files in Files, too.
      </p>
      <ol>
        ${authorityFirst(place)}
        <li>
          In <em>Documents</em> (Readdle): <em>+</em> → <em>Add Connection</em> → <em>WebDAV Server</em>. In
          <em>FE File Explorer</em> or <em>Owlfiles</em>: <em>+</em> → <em>WebDAV</em>.
        </li>
        <li>The address, then your name and password: ${line(place.davUrl)}</li>
      </ol>
      <h3>Photos, by themselves</h3>
      <ol>
        <li>
          In <em>PhotoSync</em>: <em>Configure</em> → <em>WebDAV</em> → server <code>${hostname}</code>, port
          <code>${port || (place.isSecure ? '443' : '80')}</code>, path <code>/dav/</code>,
          ${place.isSecure ? html`<em>SSL</em> on` : html`<em>SSL</em> off`}, your name and password, folder
          <code>Photos</code> (without a home of your own, <code>Workspace/Photos</code>).
        </li>
        <li>
          <em>Autotransfer</em> → target WebDAV; as trigger, <em>charging</em> or a place. Unchanged photos are not sent
          twice.
        </li>
      </ol>`;
  },
};
