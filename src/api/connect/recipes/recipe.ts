import { html, type Html } from '../../../http/html.ts';
import type { Endpoint } from '../places.ts';
import type { System } from '../visitor.ts';

/** What a recipe is filled in with. */
export interface Place {
  /** What is mounted. */
  readonly davUrl: string;
  /** Host and port, as in the URL. */
  readonly host: string;
  readonly isSecure: boolean;
  /** Whether the certificate is one that a system trusts only once the server's own authority was imported. */
  readonly needsAuthority: boolean;
  /** Where the script for Windows is for this address; undefined where Windows cannot use the address. */
  readonly windowsScript: string | undefined;
}

/** How to connect one kind of client. */
export interface Recipe {
  readonly id: string;
  readonly title: string;
  /** Whom it is shown first; all others find it further down. */
  readonly systems: readonly System[];
  readonly body: (place: Place) => Html;
}

export function placeAt({ url, isSecure, scope }: Endpoint, hasAuthority: boolean): Place {
  const { host } = new URL(url);
  // Windows takes no address in brackets for a network drive.
  const windowsScript = host.startsWith('[')
    ? undefined
    : `/connect/nosocial-windows.cmd?at=${encodeURIComponent(url)}`;
  return {
    davUrl: `${url}/dav/`,
    host,
    isSecure,
    needsAuthority: hasAuthority && isSecure && scope !== 'public',
    windowsScript,
  };
}

/** A line to be typed or copied; the script of the page adds a button to it. */
export function line(text: string): Html {
  return html`<pre class="copy"><code>${text}</code></pre>`;
}

/** In single quotes for a POSIX shell: brackets of IPv6 addresses are patterns there. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** The first step of what needs the server's own authority. */
export function authorityFirst({ needsAuthority }: Place): Html | undefined {
  return needsAuthority
    ? html`<li>
        This address has a certificate of the server’s own authority: <a href="#authority">trust it first</a>, once on
        each machine.
      </li>`
    : undefined;
}
