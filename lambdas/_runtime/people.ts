import type { ApiRequest } from './http';

/** A person, as the JWT authorizer has verified them. */
export interface Person {
  readonly sub: string;
  readonly roles: ReadonlySet<Role>;
}

const ROLES = ['reviewer', 'lead', 'operator', 'auditor'] as const;
export type Role = (typeof ROLES)[number];

/**
 * The person behind a request of the people API, or undefined for anything but an id token
 * (an access token also passes the authorizer, but does not say who asks).
 */
export function readPerson(request: ApiRequest, pipeline: string): Person | undefined {
  const authorizer = request.context.authorizer as { jwt?: { claims?: Record<string, unknown> } } | undefined;
  const claims = authorizer?.jwt?.claims;
  if (!claims || claims.token_use !== 'id' || typeof claims.sub !== 'string') return undefined;
  const groups = new Set(readGroups(claims['cognito:groups']));
  return { sub: claims.sub, roles: new Set(ROLES.filter((role) => groups.has(`${pipeline}.${role}`))) };
}

/** API Gateway flattens the claim to `[a b]`, and no name of a group has a space; the token itself has a list. */
function readGroups(claim: unknown): string[] {
  if (Array.isArray(claim)) return claim.map(String);
  return typeof claim === 'string' && /^\[.*\]$/.test(claim) ? claim.slice(1, -1).split(' ') : [];
}
