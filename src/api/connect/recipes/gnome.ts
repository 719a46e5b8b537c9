import { html } from '../../../http/html.ts';
import { authorityFirst, line, quoted, type Recipe } from './recipe.ts';

export const gnome: Recipe = {
  id: 'gnome',
  title: 'GNOME, Cinnamon, Xfce, MATE',
  systems: ['linux'],
  body: (place) => {
    const scheme = place.isSecure ? 'davs' : 'dav';
    return html`<ol>
        ${authorityFirst(place)}
        <li>
          In Files: <em>Network</em> (older: <em>Other Locations</em>) → <em>Connect to Server</em>, or Ctrl+L in the
          window: ${line(`${scheme}://${place.host}/dav/`)}
        </li>
        <li>Type your name and password. A bookmark (Ctrl+D) keeps the place in the side pane.</li>
      </ol>
      <p>In a terminal:</p>
      ${line(`gio mount ${quoted(`${scheme}://NAME@${place.host}/dav/`)}`)}`;
  },
};
