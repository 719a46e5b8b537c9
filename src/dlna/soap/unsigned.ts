/** An update id as `ui4` holds it: after the largest comes 0 (ContentDirectory:1 §2.5.20). */
export function unsigned(updateId: number): number {
  return updateId % 2 ** 32;
}
