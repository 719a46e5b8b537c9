import { html, type Html } from '../../http/html.ts';
import { line } from './recipes/recipe.ts';
import type { System } from './visitor.ts';

/** The authority that `nosocial tls init` made. */
export interface Authority {
  /** Of its certificate, as 32 pairs of hexadecimal digits with colons between them. */
  readonly fingerprint256: string;
}

interface Import {
  readonly title: string;
  readonly systems: readonly System[];
  readonly body: Html;
}

const DOWNLOAD_PEM = html`<a class="download" href="/connect/authority.pem">Download authority.pem</a>`;
/** In DER: the SHA-256 of the file is the fingerprint, of which Windows' own dialog shows the SHA-1 only. */
const DOWNLOAD = html`<a class="download" href="/connect/authority.crt">Download authority.crt</a>`;

const IMPORTS: readonly Import[] = [
  {
    title: 'Windows',
    systems: ['windows'],
    body: html`<ol>
      <li>
        ${DOWNLOAD}. Its fingerprint, in a command prompt in its folder:
        ${line('certutil -hashfile authority.crt SHA256')}
      </li>
      <li>
        Open it: <em>Install Certificate…</em> → <em>Local Machine</em> →
        <em>Place all certificates in the following store</em> → <em>Trusted Root Certification Authorities</em>. A
        network drive looks only there.
      </li>
      <li>Or in an administrator’s command prompt: ${line('certutil -addstore -f Root authority.crt')}</li>
    </ol>`,
  },
  {
    title: 'macOS',
    systems: ['macos'],
    body: html`<ol>
      <li>${DOWNLOAD}. Its fingerprint, in Terminal, in its folder: ${line('shasum -a 256 authority.crt')}</li>
      <li>
        There, too:
        ${line('sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain authority.crt')}
      </li>
      <li>
        Or open it: Keychain Access → <em>System</em> → double-click the certificate → <em>Trust</em> →
        <em>Always Trust</em>.
      </li>
    </ol>`,
  },
  {
    title: 'iPhone and iPad',
    systems: ['ios'],
    body: html`<ol>
      <li>In Safari: ${DOWNLOAD}, <em>Allow</em>.</li>
      <li>Settings → <em>Profile Downloaded</em> → <em>Install</em>.</li>
      <li>
        Settings → General → About → <em>Certificate Trust Settings</em> → turn it on. Without this step nothing trusts
        it.
      </li>
    </ol>`,
  },
  {
    title: 'Android',
    systems: ['android'],
    body: html`<ol>
      <li>${DOWNLOAD}.</li>
      <li>
        Settings → Security and privacy → More → <em>Encryption and credentials</em> → <em>Install a certificate</em> →
        <em>CA certificate</em> → <em>Install anyway</em>. (Search the settings for “certificate”.)
      </li>
    </ol>`,
  },
  {
    title: 'Linux',
    systems: ['linux'],
    body: html`<ol>
      <li>
        ${DOWNLOAD_PEM}. Its fingerprint, in its folder:
        ${line('openssl x509 -in authority.pem -noout -fingerprint -sha256')}
      </li>
      <li>
        There, too, on Debian, Ubuntu and the like:
        ${line('sudo cp authority.pem /usr/local/share/ca-certificates/nosocial.crt && sudo update-ca-certificates')} On
        Fedora and the like:
        ${line('sudo cp authority.pem /etc/pki/ca-trust/source/anchors/nosocial.crt && sudo update-ca-trust')}
      </li>
      <li>Chromium keeps a list of its own: Settings → Privacy → Security → <em>Manage certificates</em>.</li>
    </ol>`,
  },
  {
    title: 'Firefox, everywhere',
    systems: [],
    body: html`<ol>
      <li>${DOWNLOAD}.</li>
      <li>
        Settings → Privacy and Security → <em>View Certificates…</em> → <em>Authorities</em> → <em>Import…</em> → tick
        <em>identify websites</em>.
      </li>
    </ol>`,
  },
];

/** How to trust the server's own authority; the visitor's system stands open. */
export function authoritySection({ fingerprint256 }: Authority, system: System): Html {
  const steps = IMPORTS.map(
    ({ title, systems, body }) =>
      html`<details${systems.includes(system) ? html` open` : undefined}><summary>${title}</summary>${body}</details>`,
  );
  return html`<section id="authority" aria-labelledby="authority-title">
    <h2 id="authority-title">Trust this server’s certificate</h2>
    <p>
      Its <code>https</code> addresses in your network have a certificate that the server’s own authority issued. Import
      the authority once on each machine; from then on connections are encrypted, and known to be with this server.
    </p>
    <p>
      Before you do, compare this fingerprint (SHA-256) with the one that <code>nosocial tls show</code> prints on the
      server, and with the one of the file that you downloaded:
    </p>
    <p class="fingerprint"><code>${fingerprint256}</code></p>
    ${steps}
  </section>`;
}
