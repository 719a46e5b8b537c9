/** No tree is as deep. Where a damaged one leads in a circle, the way up ends here. */
export const MAX_DEPTH = 10_000;
