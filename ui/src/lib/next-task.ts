/** Lets the browser draw, and hear what somebody types, before more is done. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve);
  });
}
