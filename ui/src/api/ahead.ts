/** An answer that comes later than so long after the page began is of no use: others may have changed what it tells. */
const LATEST_MS = 10_000;

/** What was asked before the scripts were there that want to know it. */
const asked = new Map<string, Promise<Response>>();

/** Asks as those scripts will: their request then has this answer. */
export function askAhead(method: string, address: string): void {
  const answer = fetch(address, { method, headers: { 'x-requested-with': 'nosocial' } });
  // Whoever takes it hears of it.
  answer.catch(() => undefined);
  asked.set(`${method} ${address}`, answer);
}

/** Each can be taken once. */
export function takeAhead(method: string, address: string): Promise<Response> | undefined {
  if (performance.now() > LATEST_MS) asked.clear();
  const key = `${method} ${address}`;
  const answer = asked.get(key);
  asked.delete(key);
  return answer;
}

/** What nobody took is of no use any more. */
export function endAhead(): void {
  asked.clear();
}
