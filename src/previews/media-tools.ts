import type { ChildProcess } from 'node:child_process';
import { DomainError } from '../lib/errors.ts';
import { EndedOverIt } from './image-process.ts';
import { endLimited, startLimited } from './limited-process.ts';

/** A film is not read for so long; what takes longer is damaged, or meant to take long. */
const TIMEOUT_MS = 30_000;
/** Of all its threads: it gives way to all else, and they are few. */
const PROCESSOR_SECONDS = 60;
const MAX_OUTPUT_BYTES = 32 * 1024 * 1024;
/** Of a shell, and of setpriv: what they should become may not be started, or is not there (POSIX.1, 2.8.2). */
const NOT_STARTED: readonly (number | null)[] = [126, 127];

/**
 * What is taken for a film or for music. Not among them is what names other files or addresses (playlists, scripts of
 * pieces), by which a file could have others read.
 */
const FORMATS = [
  ...[
    'mov',
    'matroska',
    'webm',
    'avi',
    'mpegts',
    'mpeg',
    'mpegvideo',
    'm4v',
    'h264',
    'hevc',
    'flv',
    'asf',
    'mxf',
    'dv',
  ],
  ...['ogg', 'mp3', 'flac', 'wav', 'aac', 'aiff', 'ape', 'wv'],
].join(',');

/** Pictures by themselves, of which a television is told the size. */
const IMAGES = ['jpeg_pipe', 'png_pipe', 'webp_pipe', 'gif', 'gif_pipe', 'bmp_pipe', 'tiff_pipe'].join(',');

const INPUT = inputOf(FORMATS, '100000000');
const PICTURE = inputOf(IMAGES, '400000000');

function inputOf(formats: string, maxPixels: string): string[] {
  const limits = ['-protocol_whitelist', 'file', '-format_whitelist', formats, '-max_pixels', maxPixels];
  return [...limits, '-i', '/dev/stdin'];
}

/** An open film or piece of music. */
export interface MediaFile {
  readonly fd: number;
  /** False when something is missing behind its beginning: then the picture is one of the first seconds. */
  readonly isWhole: boolean;
}

/**
 * The programs that open films and music, where the machine has them. All but `areThere` throw `EndedOverIt` when one
 * was ended before it had said all (it took too long, or memory was short), and `unavailable` when none can be started.
 */
export class MediaTools {
  readonly #environment: Readonly<Record<string, string>>;
  readonly #timeoutMs: number;
  readonly #running = new Set<ChildProcess>();
  #isClosed = false;

  constructor({ programPath, timeoutMs = TIMEOUT_MS }: { programPath: string; timeoutMs?: number }) {
    this.#environment = { PATH: programPath };
    this.#timeoutMs = timeoutMs;
  }

  /** Whether there are ffmpeg and ffprobe. */
  async areThere(): Promise<boolean> {
    // There films cannot be handed over as open files.
    if (process.platform === 'win32') return false;
    for (const program of ['ffmpeg', 'ffprobe']) {
      const text = await this.#run(program, ['-version'], 'ignore').catch(() => undefined);
      if (text === undefined) return false;
    }
    return true;
  }

  /** All that ffprobe says, as JSON; undefined when it cannot make anything of it. */
  async describe({ fd }: MediaFile, what: 'media' | 'images'): Promise<string | undefined> {
    const show = ['-v', 'error', '-show_format', '-show_streams', '-of', 'json'];
    const said = await this.#run('ffprobe', [...show, ...(what === 'images' ? PICTURE : INPUT)], fd);
    return said && String(said);
  }

  /** A picture out of a film, as PNG, upright, that fits into a square; undefined when there is none to be had. */
  async frameOf(file: MediaFile, side: number): Promise<Buffer | undefined> {
    const seconds = await this.#durationOf(file);
    const at = file.isWhole ? seconds / 10 : Math.min(2, seconds / 10);
    // What says how long it is may be wrong: then there is nothing at that place, or it takes too long to get there.
    const picture = at > 0 ? await this.#pictureAt(file, at, side).catch(nothingOfEnded) : undefined;
    return picture ?? this.#pictureAt(file, 0, side);
  }

  /** The cover in a piece of music, in the same way. */
  async coverOf(file: MediaFile, side: number): Promise<Buffer | undefined> {
    return this.#pictureAt(file, 0, side);
  }

  /** Ends what runs, and starts nothing more. */
  close(): void {
    this.#isClosed = true;
    for (const child of this.#running) endLimited(child);
  }

  /** In seconds; 0 when it does not say. */
  async #durationOf({ fd }: MediaFile): Promise<number> {
    const show = ['-v', 'error', '-show_entries', 'format=duration', '-of', 'csv=p=0'];
    const said = await this.#run('ffprobe', [...show, ...INPUT], fd).catch(nothingOfEnded);
    const seconds = Number.parseFloat(String(said));
    return Number.isFinite(seconds) && seconds > 0 ? seconds : 0;
  }

  async #pictureAt({ fd }: MediaFile, seconds: number, side: number): Promise<Buffer | undefined> {
    // Pixels need not be square.
    const square = `scale=w='max(1,trunc(iw*if(sar,sar,1)))':h=ih,setsar=1`;
    const fit = `scale=w='min(${side},iw)':h='min(${side},ih)':force_original_aspect_ratio=decrease`;
    // A cover, which stands at no time, would be passed over by whoever seeks, be it to the beginning.
    const seek = seconds > 0 ? ['-ss', seconds.toFixed(2)] : [];
    const from = ['-v', 'error', '-nostdin', '-threads', '2', ...seek, ...INPUT];
    const what = ['-map', '0:v:0', '-frames:v', '1', '-vf', `${square},${fit}`];
    const to = ['-c:v', 'png', '-compression_level', '1', '-f', 'image2pipe', 'pipe:1'];
    const picture = await this.#run('ffmpeg', [...from, ...what, ...to], fd);
    return picture?.length ? picture : undefined;
  }

  /** What a program says; undefined when it fails, or says too much. */
  async #run(program: string, args: readonly string[], stdin: number | 'ignore'): Promise<Buffer | undefined> {
    if (this.#isClosed) throw new DomainError('unavailable', 'the server is ending');
    const child = startLimited([program, ...args], {
      stdio: [stdin, 'pipe', 'ignore'],
      environment: this.#environment,
      processorSeconds: PROCESSOR_SECONDS,
    });
    this.#running.add(child);
    const timer = setTimeout(() => endLimited(child), this.#timeoutMs);
    try {
      const [code, said] = await Promise.all([endOf(child), collected(child)]);
      if (said === undefined) return undefined;
      if (code === null) throw new EndedOverIt(`${program} was ended`);
      if (NOT_STARTED.includes(code)) throw new DomainError('unavailable', `${program} cannot be started`);
      return code === 0 ? said : undefined;
    } finally {
      clearTimeout(timer);
      this.#running.delete(child);
    }
  }
}

function endOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.on('error', (cause) => reject(new DomainError('unavailable', 'no program can be started', { cause })));
    child.once('close', resolve);
  });
}

function nothingOfEnded(error: unknown): undefined {
  if (!(error instanceof EndedOverIt)) throw error;
}

/** All that it says, or said until it was ended; undefined when that is too much. */
async function collected(child: ChildProcess): Promise<Buffer | undefined> {
  const pieces: Buffer[] = [];
  let length = 0;
  try {
    for await (const piece of (child.stdout ?? []) as AsyncIterable<Buffer>) {
      pieces.push(piece);
      length += piece.length;
      if (length > MAX_OUTPUT_BYTES) endLimited(child);
    }
  } catch {
    // Its end tells.
  }
  return length > MAX_OUTPUT_BYTES ? undefined : Buffer.concat(pieces);
}
