import type { ApiRequest } from './http';

const ARN = /^arn:aws[\w-]*:(?:iam|sts)::(\d{12}):(?:(user|assumed-role|federated-user)\/(.+)|(root))$/;

/**
 * Who signed a request: the account, and the role or user without the name of the session.
 * Undefined when API Gateway verified nobody; such a request is refused.
 */
export function readCaller(request: ApiRequest): string | undefined {
  const identity = request.context.identity as { userArn?: string | null } | undefined;
  const match = ARN.exec(identity?.userArn ?? '');
  if (!match) return undefined;
  const [, account, kind, name, root] = match;
  if (root) return `${account}:root`;
  if (kind === 'assumed-role') return `${account}:role/${name!.slice(0, name!.lastIndexOf('/'))}`;
  return `${account}:${kind}/${name}`;
}
