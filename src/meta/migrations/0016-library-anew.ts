/** What is a film, music or a picture goes by its name now: the library is looked at anew, and not only what changes in it. */
export function libraryAnew(): string[] {
  return ['UPDATE media_state SET rev = NULL, seq = NULL'];
}
