import { CHECKS } from './checks/all-checks.ts';
import type { Verdict } from './checks/check.ts';

/** What became of the checks with each of two media servers, as lines of Markdown; the last one counts. */
export function comparison(ours: readonly Verdict[], minidlna: readonly Verdict[]): string[] {
  const mark = (verdicts: readonly Verdict[], name: string): string => {
    const verdict = verdicts.find((each) => each.name === name);
    return verdict?.problem === undefined ? 'yes' : '**no**';
  };
  const rows = Object.entries(CHECKS).flatMap(([about, checks]) => [
    `| **${about}** | | |`,
    ...checks.map(({ name }) => `| ${name} | ${mark(ours, name)} | ${mark(minidlna, name)} |`),
  ]);
  return [
    '| What televisions need | nosocial | minidlna |',
    '| --- | --- | --- |',
    ...rows,
    `Of ${ours.length} checks nosocial passes ${passed(ours)}, minidlna ${passed(minidlna)}.`,
  ];
}

function passed(verdicts: readonly Verdict[]): number {
  return verdicts.filter(({ problem }) => problem === undefined).length;
}
