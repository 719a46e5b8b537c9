/** KDE's file dialogs and Dolphin: KIO 5.103. */

/** KIO 5.103 sends `Destination: http://user:password@host/…`; a password may hold an `@` of its own. */
export function withoutUserinfo(authority: string): string {
  return authority.slice(authority.lastIndexOf('@') + 1);
}
