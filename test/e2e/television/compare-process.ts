// Prints, as Markdown, what televisions need and how it is with this server and with minidlna; run by
// `npm run bench:television`, as root. What was wrong goes to standard error.
import { Scratch } from '../../support/processes.ts';
import { check, makeFilms, startMinidlna, startOurs } from './checked-server.ts';
import type { Verdict } from './checks/check.ts';
import { comparison } from './comparison.ts';

function tellProblems(server: string, verdicts: readonly Verdict[]): void {
  for (const { name, problem } of verdicts) {
    if (problem !== undefined) console.error(`${server}: ${name}: ${problem}`);
  }
}

const scratch = await Scratch.create('films');
try {
  const films = scratch.path('films');
  await makeFilms(films);
  const { first: ours } = await check(startOurs, films);
  const { first: minidlna } = await check(startMinidlna, films);
  tellProblems('nosocial', ours);
  tellProblems('minidlna', minidlna);
  console.log(comparison(ours, minidlna).join('\n'));
} finally {
  await scratch.remove();
}
