/** A server that takes part, already running: one of ours or a peer. */
export interface Contender {
  readonly name: string;
  /** The WebDAV root, with a slash at its end; the same after a restart. */
  readonly davUrl: string;
  /** The value of the header with which it lets the bench in. */
  readonly authorization: string;
  /** Of ours: where its database is, as the setting has it. */
  readonly databaseUrl?: string;
  /** Where it keeps everything: a file system of its own when the bench may mount one. */
  readonly folder: string;
  /** Its processes, the server itself first; what they start themselves is found from them. */
  readonly pids: readonly number[];
  /** Ends it and starts it again on the same files. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface ContenderKind {
  readonly name: string;
  readonly isOurs: boolean;
  /** How it is set up, for who reads the figures. */
  readonly about: string;
  /** Files without which it cannot run. */
  readonly needs: readonly string[];
  /** Loads that would take it minutes. */
  readonly leavesOut: readonly string[];
  start(folder: string): Promise<Contender>;
}

/** The one account of every contender. */
export const ACCOUNT = { name: 'bench', password: 'bench-secret' };

export const AUTHORIZATION = `Basic ${Buffer.from(`${ACCOUNT.name}:${ACCOUNT.password}`).toString('base64')}`;
