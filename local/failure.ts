/** Something that a person can mend; the message says what failed and what to do. */
export class Failure extends Error {}
