import { html, type Html } from '../../../http/html.ts';
import { authorityFirst, line, type Place, type Recipe } from './recipe.ts';

const PARAMETERS = String.raw`HKLM\SYSTEM\CurrentControlSet\Services\WebClient\Parameters`;

export const windows: Recipe = {
  id: 'windows',
  title: 'Windows',
  systems: ['windows'],
  body: (place) => (place.windowsScript === undefined ? noBrackets() : body(place, place.windowsScript)),
};

function noBrackets(): Html {
  return html`<p>
    Windows cannot use an address in brackets (IPv6) for a network drive. Choose one of the other addresses above.
  </p>`;
}

function body(place: Place, script: string): Html {
  return html`<h3>With a script</h3>
    <ol>
      ${authorityFirst(place)}
      <li><a class="download" href="${script}">Download nosocial-windows.cmd</a> and open it.</li>
      <li>Windows asks twice: whether to run a downloaded file, and for administrator’s rights for the settings.</li>
      <li>Type your name and your password. The drive appears in File Explorer under <em>This PC</em>.</li>
    </ol>
    <p class="hint">
      It is a short text file: open it in Notepad to see what it does. It raises Windows’ limits for files and long
      listings,${place.isSecure ? '' : ' lets Windows send passwords without TLS (to any server, from then on),'}
      restarts the WebClient service and maps the drive. It holds no password.
    </p>
    <h3>By hand</h3>
    <ol>
      ${authorityFirst(place)} ${place.isSecure ? undefined : basicAuth()}
      <li>
        File Explorer → <em>This PC</em> → <em>Map network drive</em> → <em>Folder</em>: ${line(place.davUrl)} and tick
        <em>Connect using different credentials</em>. Or in a command prompt:
        ${line(`net use Z: ${place.davUrl} * /user:NAME /persistent:yes`)}
      </li>
      <li>
        Windows refuses files above 50 MB unless it is told otherwise, and above 4 GiB always. In an administrator’s
        command prompt: ${line(`reg add ${PARAMETERS} /v FileSizeLimitInBytes /t REG_DWORD /d 4294967295 /f`)}
        ${line('net stop webclient & net start webclient')}
      </li>
    </ol>
    <p class="hint">
      Files above 4 GiB: <a href="#rclone">rclone</a>. Windows Server has no network drives over WebDAV until its
      feature <em>WebDAV Redirector</em> is added.
    </p>`;
}

function basicAuth(): Html {
  return html`<li>
    This address has no TLS, and Windows sends passwords unencrypted only when it is told to (to any server, from then
    on). In an administrator’s command prompt: ${line(`reg add ${PARAMETERS} /v BasicAuthLevel /t REG_DWORD /d 2 /f`)}
    ${line('net stop webclient & net start webclient')}
  </li>`;
}
