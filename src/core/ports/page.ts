export interface Page<Key> {
  /** The key of the last entry of the previous page. */
  after?: Key;
  limit: number;
}
