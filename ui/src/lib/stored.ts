/** What this browser keeps for the page, as JSON; `fallback` where there is nothing, or storage is refused. */
export function readStored<Value>(name: string, fallback: Value): Value {
  try {
    const text = localStorage.getItem(`nosocial.${name}`);
    return text === null ? fallback : (JSON.parse(text) as Value);
  } catch {
    return fallback;
  }
}

/** Undefined forgets it. Without storage the page goes on, and forgets with the tab. */
export function store(name: string, value: unknown): void {
  try {
    if (value === undefined) localStorage.removeItem(`nosocial.${name}`);
    else localStorage.setItem(`nosocial.${name}`, JSON.stringify(value));
  } catch {
    // Full or refused.
  }
}
