/** What goes into a placeholder. Numbers are safe integers; truth is 0 or 1. */
export type SqlValue = string | number | null;

/** SQL text together with the type of the rows that it yields. */
export type Query<R> = string & { readonly row?: R };
