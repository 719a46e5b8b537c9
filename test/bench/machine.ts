import { cpus, release, totalmem } from 'node:os';

/** The machine in a line, for who reads the figures elsewhere. */
export function describeMachine(): string {
  const models = cpus().map(({ model }) => model);
  const memory = `${Math.round(totalmem() / 1024 ** 3)} GiB`;
  return `${models.length} × ${models[0] ?? 'unknown processor'}, ${memory}, Linux ${release()}, Node ${process.version}`;
}
