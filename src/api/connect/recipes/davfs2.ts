import { html } from '../../../http/html.ts';
import { authorityFirst, line, quoted, type Recipe } from './recipe.ts';

export const davfs2: Recipe = {
  id: 'davfs2',
  title: 'Linux, as a folder (davfs2)',
  systems: ['linux'],
  body: (place) =>
    html`<ol>
        ${authorityFirst(place)}
        <li>${line('sudo apt install davfs2 && sudo mkdir -p /mnt/cloud')}</li>
        <li>
          To try it: ${line(`sudo mount -t davfs -o uid=$(id -u),gid=$(id -g) ${quoted(place.davUrl)} /mnt/cloud`)}
        </li>
        <li>
          To have it always: the name and password in <code>/etc/davfs2/secrets</code>, which stays readable for root
          only (mode 600): ${line(`${place.davUrl} NAME "PASSWORD"`)} and in <code>/etc/fstab</code>, with your own user
          and group for <code>uid</code> and <code>gid</code>:
          ${line(`${place.davUrl} /mnt/cloud davfs rw,_netdev,nofail,x-systemd.automount,uid=1000,gid=1000 0 0`)}
        </li>
      </ol>
      <p class="hint">
        davfs2 writes to its cache first and uploads some seconds after a file is closed: unmount before you switch off.
      </p>`,
};
