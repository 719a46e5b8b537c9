// Waits until the media server at LOCATION shows all that the checks look for, and has looked into it.
import { until } from '../../../support/processes.ts';
import { ControlPoint } from './control-point.ts';

const FILMS = ['Bunny', 'Second', 'Third', 'Short', 'Part'];
const [, , location = ''] = process.argv;

async function isReady(): Promise<true | undefined> {
  try {
    const point = await ControlPoint.open(location);
    try {
      const shown = await point.walk();
      const found = FILMS.map((word) => shown.find(({ title, resources: [film] }) => film && title.includes(word)));
      return found.every((film) => film?.resources[0]?.attributes['resolution'] !== undefined) || undefined;
    } finally {
      point.close();
    }
  } catch {
    return undefined;
  }
}

await until('a media server that shows its films', isReady, { timeoutMs: 25_000, everyMs: 200 });
