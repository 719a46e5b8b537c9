/** How films come to televisions, for administrators. Nothing in it is a secret: links are shown without what guards them. Times are ISO 8601. */
export interface TelevisionStatus {
  readonly isOn: boolean;
  /** What televisions show in their list of sources. */
  readonly name: string;
  /** As it is set; 0 for any that is free. */
  readonly port: number;
  /** Where it can be found at this moment. */
  readonly places: readonly TelevisionPlace[];
  /** Who is told when something changes. */
  readonly subscribers: number;
  /** What is being sent. */
  readonly streams: number;
  readonly library: LibraryCounts;
  /** Whether there are programs that look into films. */
  readonly hasTools: boolean;
  /** The newest first. */
  readonly televisions: readonly SeenTelevision[];
  /** The newest first. */
  readonly requests: readonly SeenRequest[];
}

export interface TelevisionPlace {
  readonly interface: string;
  /** `http://192.168.1.5:8200` */
  readonly origin: string;
  readonly network: string;
  /** When it was announced last; missing before the first time. */
  readonly announcedAt?: string;
}

export interface LibraryCounts {
  readonly films: number;
  readonly music: number;
  readonly pictures: number;
  /** Nobody has looked into them yet; no more than a thousand are counted. */
  readonly unread: number;
}

/** Who asked, by address. */
export interface SeenTelevision {
  readonly address: string;
  /** '' for one that only looked for media servers, or does not say. */
  readonly userAgent: string;
  readonly seenAt: string;
  /** What it asked for last; missing where it only looked for media servers. */
  readonly lastRequest?: string;
  /** What was wrong with its last requests, each once. */
  readonly problems: readonly string[];
  /** Whose positions it goes by, as far as the settings say. */
  readonly viewer?: string;
}

export interface SeenRequest {
  readonly at: string;
  readonly address: string;
  readonly what: string;
  /** Missing while it is being answered, and where the other side left before. */
  readonly status?: number;
  readonly remarks: readonly string[];
}
