/** The form by which the server holds names for the same. */
export function nameKey(name: string): string {
  return name.normalize('NFC');
}

/** `photos (2)`, or the first number after it that is free. */
export function freeName(name: string, isTaken: (name: string) => boolean): string {
  for (let number = 2; ; number += 1) {
    const free = `${name} (${number})`;
    if (!isTaken(free)) return free;
  }
}

/**
 * Pictures from the clipboard, and from the camera on some phones, are all called `image.png`: those are named by `about`
 * and the time. `Screenshot 2026-11-21 14.03.59.png`.
 */
export function tellingName({ name }: { name: string }, about: string, now: Date): string {
  const ending = /^image(\.\w+)$/i.exec(name)?.[1];
  if (ending === undefined && name !== '') return name;
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join('-');
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join('.');
  return `${about} ${day} ${time}${ending ?? ''}`;
}
