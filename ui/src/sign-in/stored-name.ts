/** Under which the browser keeps who signed in last, so that only the password is left to type. */
export const STORED_NAME = 'name';
