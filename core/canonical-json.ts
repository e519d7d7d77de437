import canonicalize from 'canonicalize';

/** One text for one JSON value, whatever the order of its members (RFC 8785). */
export const canonicalJson = (value: unknown): string => canonicalize(value) as string;
