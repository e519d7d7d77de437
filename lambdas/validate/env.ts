/** Validation needs nothing but the artifact. */
export const VALIDATE_ENV = {} as const;
