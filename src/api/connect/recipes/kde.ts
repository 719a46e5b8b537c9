import { html } from '../../../http/html.ts';
import { authorityFirst, line, type Recipe } from './recipe.ts';

export const kde: Recipe = {
  id: 'kde',
  title: 'KDE (Dolphin)',
  systems: ['linux'],
  body: (place) =>
    html`<ol>
      ${authorityFirst(place)}
      <li>
        In Dolphin press Ctrl+L and open: ${line(`${place.isSecure ? 'webdavs' : 'webdav'}://NAME@${place.host}/dav/`)}
      </li>
      <li>Type your password. Drag the folder to <em>Places</em> to keep it.</li>
    </ol>`,
};
