// npm run bench: see options.ts. Progress goes to standard error, the report to standard output.
import { OURS, PEERS } from './contenders/all.ts';
import { runBench, type Plan } from './bench.ts';
import { parseOptions, USAGE, type Options } from './options.ts';
import { render } from './report.ts';
import { SCENARIOS } from './scenarios/all.ts';
import { STUDIES } from './studies/all.ts';

function makePlan({ only, peers, databases }: Options): Plan {
  const parts = [...SCENARIOS, ...STUDIES];
  const chosen = only.length === 0 ? SCENARIOS.map(({ name }) => name) : only;
  const isChosen = ({ name }: { name: string }) => chosen.includes(name);
  assertKnown(chosen, parts, 'scenario or study');
  assertKnown(peers ?? [], PEERS, 'peer');
  assertKnown(databases, OURS, 'database');
  const scenarios = SCENARIOS.filter(isChosen);
  const others = scenarios.length === 0 ? [] : PEERS.filter(({ name }) => peers?.includes(name) ?? true);
  const ours = OURS.filter(({ name }) => databases.includes(name)).map(({ kind }) => kind);
  return { kinds: [...ours, ...others], scenarios, studies: STUDIES.filter(isChosen) };
}

function assertKnown(names: readonly string[], all: readonly { name: string }[], what: string): void {
  const known = all.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new TypeError(`no such ${what}: ${unknown.join(', ')}; there are ${known.join(', ')}`);
}

function list(): string {
  const lines = [
    ...SCENARIOS.map(({ name, title }) => [name, title] as const),
    ...STUDIES.map(({ name, about }) => [name, about] as const),
  ];
  return lines.map(([name, text]) => `${name.padEnd(20)} ${text}`).join('\n');
}

async function main(args: readonly string[]): Promise<string> {
  const options = parseOptions(args);
  if (options.isHelp) return USAGE;
  if (options.isList) return list();
  return render(await runBench(makePlan(options), options), options.format);
}

try {
  console.log(await main(process.argv.slice(2)));
} catch (error) {
  console.error(error instanceof TypeError ? `${error.message}\n\n${USAGE}` : error);
  process.exitCode = error instanceof TypeError ? 2 : 1;
}
