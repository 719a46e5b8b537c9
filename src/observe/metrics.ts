import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

export interface RequestSample {
  readonly edge: string;
  readonly method: string;
  readonly status: number;
  readonly seconds: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** What is asked for whenever the metrics are read. */
export interface Gauges {
  readonly disks: () => readonly DiskFigures[];
  /** Statements run by the database since the start. */
  readonly statements: () => number;
}

export interface DiskFigures {
  readonly name: string;
  readonly state: 'up' | 'full' | 'down';
  readonly freeBytes: number;
  readonly totalBytes: number;
  readonly promisedBytes: number;
}

/** Methods with a label of their own; a client cannot make up more. */
const METHODS = new Set(
  ['OPTIONS', 'GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'MKCOL', 'COPY', 'MOVE'].concat([
    'PROPFIND',
    'PROPPATCH',
    'LOCK',
    'UNLOCK',
    'PATCH',
    'REPORT',
    'SEARCH',
    'SUBSCRIBE',
    'UNSUBSCRIBE',
  ]),
);

const DURATION_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const DISK_STATES = ['up', 'full', 'down'] as const;

/** The figures of one server, in the form that Prometheus reads. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests: Counter<'method' | 'status' | 'edge'>;
  readonly #durations: Histogram<'method' | 'edge'>;
  readonly #bytesIn: Counter<'edge'>;
  readonly #bytesOut: Counter<'edge'>;
  readonly #operations: Histogram<'operation'>;
  readonly #uploads: Gauge;
  readonly #compactedBytes: Counter;
  readonly #logins: Counter<'outcome'>;
  readonly #damagedReads: Counter;

  constructor() {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry, eventLoopMonitoringPrecision: 10 });
    this.#requests = new Counter({
      name: 'nosocial_http_requests_total',
      help: 'Requests answered.',
      labelNames: ['method', 'status', 'edge'],
      registers,
    });
    this.#durations = new Histogram({
      name: 'nosocial_http_request_duration_seconds',
      help: 'From the headers of a request to the end of its answer.',
      labelNames: ['method', 'edge'],
      buckets: DURATION_BUCKETS,
      registers,
    });
    this.#bytesIn = new Counter({
      name: 'nosocial_http_received_bytes_total',
      help: 'Bytes received, headers included.',
      labelNames: ['edge'],
      registers,
    });
    this.#bytesOut = new Counter({
      name: 'nosocial_http_sent_bytes_total',
      help: 'Bytes sent, headers included.',
      labelNames: ['edge'],
      registers,
    });
    this.#operations = new Histogram({
      name: 'nosocial_database_operation_duration_seconds',
      help: 'From asking for a named operation until it is durable.',
      labelNames: ['operation'],
      buckets: DURATION_BUCKETS,
      registers,
    });
    this.#compactedBytes = new Counter({
      name: 'nosocial_compaction_moved_bytes_total',
      help: 'Bytes of small contents moved out of mostly dead packs.',
      registers,
    });
    this.#uploads = new Gauge({
      name: 'nosocial_uploads_in_flight',
      help: 'Requests whose body is still being received.',
      registers,
    });
    this.#logins = new Counter({
      name: 'nosocial_logins_total',
      help: 'Credentials checked against a password; those known from the cache are not counted.',
      labelNames: ['outcome'],
      registers,
    });
    this.#damagedReads = new Counter({
      name: 'nosocial_damaged_reads_total',
      help: 'Reads that met stored bytes that are missing or not what was stored; `nosocial fsck` names the files.',
      registers,
    });
  }

  observeRequest({ edge, method, status, seconds, bytesIn, bytesOut }: RequestSample): void {
    const known = METHODS.has(method) ? method : 'other';
    this.#requests.inc({ method: known, status: `${Math.floor(status / 100)}xx`, edge });
    this.#durations.observe({ method: known, edge }, seconds);
    this.#bytesIn.inc({ edge }, bytesIn);
    this.#bytesOut.inc({ edge }, bytesOut);
  }

  /** What compaction moved to another pack. */
  countCompacted(sizeBytes: number): void {
    this.#compactedBytes.inc(sizeBytes);
  }

  observeOperation(operation: string, seconds: number): void {
    this.#operations.observe({ operation }, seconds);
  }

  countLogin(outcome: 'succeeded' | 'failed' | 'blocked'): void {
    this.#logins.inc({ outcome });
  }

  countDamagedRead(): void {
    this.#damagedReads.inc();
  }

  uploadStarted(): void {
    this.#uploads.inc();
  }

  uploadEnded(): void {
    this.#uploads.dec();
  }

  /** Adds what is looked up when the metrics are read. To be called once. */
  watch({ disks, statements }: Gauges): void {
    const registers = [this.#registry];
    const gauge = (name: string, help: string, read: (disk: DiskFigures) => number) =>
      new Gauge({
        name,
        help,
        labelNames: ['disk'],
        registers,
        collect() {
          this.reset();
          for (const disk of disks()) this.set({ disk: disk.name }, read(disk));
        },
      });
    gauge('nosocial_disk_free_bytes', 'Free space of a disk.', (disk) => disk.freeBytes);
    gauge('nosocial_disk_size_bytes', 'Size of a disk.', (disk) => disk.totalBytes);
    gauge('nosocial_disk_promised_bytes', 'Promised to uploads under way.', (disk) => disk.promisedBytes);
    new Gauge({
      name: 'nosocial_disk_state',
      help: '1 for the state that a disk is in.',
      labelNames: ['disk', 'state'],
      registers,
      collect() {
        this.reset();
        for (const { name, state } of disks()) {
          for (const candidate of DISK_STATES) {
            this.set({ disk: name, state: candidate }, candidate === state ? 1 : 0);
          }
        }
      },
    });
    new Counter({
      name: 'nosocial_database_statements_total',
      help: 'Statements run by the database.',
      registers,
      collect() {
        this.reset();
        this.inc(statements());
      },
    });
  }

  /** Adds what is being sent to televisions. To be called once. */
  watchTelevision(streams: () => number): void {
    new Gauge({
      name: 'nosocial_television_streams',
      help: 'Films, music and pictures that are being sent to televisions.',
      registers: [this.#registry],
      collect() {
        this.set(streams());
      },
    });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** The text that Prometheus reads. */
  async text(): Promise<string> {
    return this.#registry.metrics();
  }
}
