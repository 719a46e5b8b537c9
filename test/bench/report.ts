import type { Floors } from './floors.ts';
import type { Format } from './options.ts';
import type { Result } from './rounds.ts';
import type { Scenario } from './scenarios/scenario.ts';
import type { Table } from './studies/study.ts';

export interface Row {
  readonly scenario: Pick<Scenario, 'name' | 'title' | 'unit' | 'aim'>;
  readonly results: readonly Result[];
}

export interface Memory {
  readonly contender: string;
  readonly peakMiB: number;
}

export interface Report {
  readonly date: string;
  readonly command: string;
  readonly machine: string;
  /** What the figures hang on beside the machine: file systems, rounds, how servers are set up, who is missing. */
  readonly notes: readonly string[];
  /** Before and after. */
  readonly floors: readonly Floors[];
  /** Ours first. */
  readonly contenders: readonly string[];
  readonly rows: readonly Row[];
  readonly memory: readonly Memory[];
  readonly studies: readonly Table[];
}

export function render(report: Report, format: Format): string {
  if (format === 'json') return JSON.stringify(report, undefined, 2);
  const draw = format === 'markdown' ? markdownTable : plainTable;
  return [
    `${report.machine}; ${report.date}; \`${report.command}\``,
    ...report.notes,
    `what the machine itself gave, before and after: ${floors(report.floors)}`,
    ...(report.rows.length > 0 ? comparison(report, draw) : []),
    ...report.studies.flatMap(({ title, head, rows }) => ['', title, '', draw(head, rows)]),
  ].join('\n');
}

type Draw = (head: readonly string[], rows: readonly (readonly string[])[]) => string;

function comparison(report: Report, draw: Draw): string[] {
  const memory = report.memory.map(({ contender, peakMiB }) => `${contender} ${whole(peakMiB)} MiB`);
  return [
    '',
    draw(
      ['', 'unit', 'aim', ...report.contenders],
      report.rows.map((row) => figures(report, row)),
    ),
    '',
    `In brackets: how many times as fast as that server ${report.contenders[0]} is. ✗: see below. –: left out, it would take minutes.`,
    '',
    'CPU time of all processes of a server for one request, in milliseconds:',
    '',
    draw(
      ['', ...report.contenders],
      report.rows.map((row) => cpuTimes(report, row)),
    ),
    '',
    `Peak memory, summed over processes: ${memory.join(', ')}`,
    ...troubles(report),
  ];
}

function floors(measured: readonly Floors[]): string {
  const each = (figure: (floors: Floors) => number) => measured.map((one) => whole(figure(one))).join(' and ');
  return [
    `${each((one) => one.syncsPerSecond)} writes of 4 KiB with fdatasync/s`,
    `${each((one) => one.writeMBPerSecond)} MB/s written and synced`,
    `${each((one) => one.copyMBPerSecond)} MB/s in memory`,
    `${each((one) => one.loopbackMBPerSecond)} MB/s through the loopback`,
  ].join(', ');
}

/** How many times as fast the first is as the second. */
function ratio(scenario: Row['scenario'], ours: number, theirs: number): number {
  return scenario.unit === 'ms' ? theirs / ours : ours / theirs;
}

function figures({ contenders }: Report, { scenario, results }: Row): string[] {
  const ours = results.find(({ contender }) => contender === contenders[0])?.median;
  const cells = contenders.map((name, index) => {
    const result = results.find(({ contender }) => contender === name);
    if (result === undefined) return '–';
    if (result.median === undefined) return '✗';
    const errors = result.failed > 0 ? ` ${percent(result.failed / result.requests)} failed` : '';
    const compared = index === 0 || ours === undefined ? '' : ` (${short(ratio(scenario, ours, result.median))})`;
    return short(result.median) + compared + errors;
  });
  return [scenario.title, scenario.unit, short(scenario.aim), ...cells];
}

function cpuTimes({ contenders }: Report, { scenario, results }: Row): string[] {
  const cells = contenders.map((name) => results.find(({ contender }) => contender === name)?.cpuMs);
  return [scenario.title, ...cells.map((cell) => (cell === undefined ? '–' : short(cell)))];
}

function troubles({ rows }: Report): string[] {
  return rows.flatMap(({ scenario, results }) =>
    results
      .filter(({ trouble }) => trouble !== undefined)
      .map(({ contender, trouble }) => `${scenario.title}, ${contender}: ${trouble}`),
  );
}

function plainTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ')
      .trimEnd();
  return [head, ...rows].map(line).join('\n');
}

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (row: readonly string[]) => `| ${row.join(' | ')} |`;
  const rule = head.map((_, column) => (column === 0 ? '---' : '---:'));
  return [head, rule, ...rows].map(line).join('\n');
}

/** Three digits are more than a machine repeats. */
function short(value: number): string {
  if (value >= 100) return whole(value);
  return String(Number(value.toPrecision(value >= 10 ? 3 : 2)));
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}

function percent(share: number): string {
  return `${(share * 100).toPrecision(2)} %`;
}
