/** One setting as it holds. Nothing in it is a secret. */
export interface SettingView {
  /** Its place in the configuration, `accounts.registration`. */
  readonly key: string;
  /** As it stands there; null for one that is not set. */
  readonly value: string | number | boolean | readonly string[] | null;
  /** A variable, a flag, a file, `default`, `profile family`, or `changed while running`. */
  readonly source: string;
  /** Whether `change` takes it. */
  readonly isChangeable: boolean;
}

/** By key; null goes back to the default. */
export type LiveChanges = Readonly<Record<string, string | number | boolean | readonly string[] | null>>;

/** The settings while the server runs. */
export interface Settings {
  list(): SettingView[];
  /** Throws `bad-request`, `refused` for what the configuration says. Changes all or nothing. */
  change(changes: LiveChanges): Promise<void>;
}
