import { html } from '../../../http/html.ts';
import { authorityFirst, line, quoted, type Recipe } from './recipe.ts';

/** Told that the server is any `other`, rclone 1.60 keeps no times, and copies no change that leaves the size as it was. */
const VENDOR = 'owncloud';

/** Shown to all desktops below their own, since it is the way for what they cannot do. */
export const rclone: Recipe = {
  id: 'rclone',
  title: 'rclone: big files, copies, servers',
  systems: ['other'],
  body: (place) =>
    html`<p>
        <a href="https://rclone.org" rel="noreferrer">rclone</a> runs on Windows, macOS and Linux, has no limit of size,
        and goes on after a break.
      </p>
      <ol>
        ${authorityFirst(place)}
        <li>
          Once, with your own name and password (rclone keeps it obscured in its configuration):
          ${line(`rclone config create cloud webdav url=${quoted(place.davUrl)} vendor=${VENDOR} user=NAME pass=PASSWORD`)}
        </li>
        <li>
          Copy, and check what was copied: ${line('rclone copy --progress FOLDER cloud:Backup')}
          ${line('rclone check --download FOLDER cloud:Backup')}
        </li>
        <li>
          As a folder; on Windows, with <a href="https://winfsp.dev" rel="noreferrer">WinFsp</a>, as a drive (<code
            >X:</code
          >
          in place of the folder): ${line('rclone mount cloud: /mnt/cloud --vfs-cache-mode writes')}
        </li>
      </ol>
      <p class="hint">In Windows’ command prompt write the address without the single quotes.</p>`,
};
