/** What somebody asked the media server for, and what came of it. */
export interface RecentRequest {
  readonly atMs: number;
  readonly address: string;
  readonly userAgent: string;
  /** `GET /media/12/film.mp4 bytes=0-`, `POST /control/content-directory Browse`; `connection` for one that was not let in. */
  readonly what: string;
  /** Undefined while it is being answered, and where the other side left before. */
  readonly status: number | undefined;
  /** What was wrong with it, or what it was about, as far as anybody noted it. */
  readonly remarks: readonly string[];
}

/** Enough to see what a television did since it was switched on. */
const KEPT = 200;
/** Of what others write. */
const MAX_LENGTH = 200;

/** The last requests, so that one can see why a television shows nothing. */
export class RecentRequests {
  #requests: RecentRequest[] = [];

  /** Notes a request, which says by what is returned how it ended. */
  begin(request: Omit<RecentRequest, 'status' | 'remarks'>): { end: (outcome: Outcome) => void } {
    const noted = { ...request, userAgent: plain(request.userAgent), what: plain(request.what) };
    const entry: { -readonly [Key in keyof RecentRequest]: RecentRequest[Key] } = {
      ...noted,
      status: undefined,
      remarks: [],
    };
    this.#requests = [...this.#requests.slice(1 - KEPT), entry];
    return {
      end: ({ status, remarks }) => {
        entry.status = status;
        entry.remarks = remarks.map(plain);
      },
    };
  }

  /** The newest last. */
  list(): readonly RecentRequest[] {
    return this.#requests.map((request) => ({ ...request }));
  }
}

export type Outcome = Pick<RecentRequest, 'status' | 'remarks'>;

/** It is shown in a terminal. */
function plain(text: string): string {
  return text.replaceAll(/\p{C}/gu, '?').slice(0, MAX_LENGTH);
}
