/** A database on one server, or on several of which one at a time is used. */
export interface MysqlServer {
  /** In the order in which they are tried. At least one. */
  readonly hosts: readonly { readonly host: string; readonly port: number }[];
  readonly user: string;
  readonly password: string;
  /** The database's name; it exists. */
  readonly name: string;
  readonly tls: TlsOptions;
}

/**
 * `off`: in the clear. `unverified`: encrypted, but whoever answers is believed. `required`: encrypted, and the
 * server's certificate must be for its host and come from `ca` (PEM), or from who this system trusts.
 */
export interface TlsOptions {
  readonly mode: 'off' | 'unverified' | 'required';
  readonly ca: string | undefined;
}
