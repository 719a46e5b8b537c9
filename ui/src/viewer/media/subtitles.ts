import type { FileEntry } from '../../api/files.ts';

/** `film` of `film.mkv`. */
export function stemOf(name: string): string {
  const end = name.lastIndexOf('.');
  return end > 0 ? name.slice(0, end) : name;
}

/** The language in `film.en.srt` beside `film.mkv`, '' in `film.srt`; undefined when it is no subtitle of that film. */
export function subtitleLanguage(film: string, name: string): string | undefined {
  const stem = stemOf(film);
  const match = /^(?:\.([\w-]{1,35}))?(?:\.(?:forced|sdh|cc))?\.(?:srt|vtt)$/i.exec(name.slice(stem.length));
  return name.toLowerCase().startsWith(stem.toLowerCase()) && match ? (match[1] ?? '') : undefined;
}

export function subtitlesOf(film: FileEntry, beside: readonly FileEntry[]): { entry: FileEntry; language: string }[] {
  return beside.flatMap((entry) => {
    const language = subtitleLanguage(film.name, entry.name);
    return language === undefined ? [] : [{ entry, language }];
  });
}

const SRT_TIMES = /^(\d{1,3}):(\d\d):(\d\d)[,.](\d{1,3})\s*-->\s*(\d{1,3}):(\d\d):(\d\d)[,.](\d{1,3}).*$/;

/**
 * Subtitles as WebVTT, which browsers show. SubRip has the same parts with commas in its times; its colours and positions
 * are left out.
 */
export function asVtt(text: string): string {
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/);
  if (/^WEBVTT(?:[ \t]|$)/.test(lines[0] ?? '')) return lines.join('\n');
  const made = lines.map((line) => {
    const times = SRT_TIMES.exec(line.trim());
    if (!times) return withoutMarkup(line);
    const [, ...parts] = times;
    return `${timeOf(parts.slice(0, 4))} --> ${timeOf(parts.slice(4))}`;
  });
  return `WEBVTT\n\n${made.join('\n')}\n`;
}

function timeOf([hours = '', minutes = '', seconds = '', fraction = '']: readonly string[]): string {
  return `${hours.padStart(2, '0')}:${minutes}:${seconds}.${fraction.padEnd(3, '0')}`;
}

/** `<i>`, `<b>` and `<u>` are the same in both; an arrow would be taken for times. */
function withoutMarkup(line: string): string {
  return line
    .replaceAll(/<\/?font[^>]*>|\{\\[^}]*\}/gi, '')
    .replaceAll('-->', '→')
    .replaceAll(/&(?!\w+;)/g, '&amp;');
}
