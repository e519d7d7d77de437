import type { Address } from './address';
import { UnreachableError } from './reach';

/** Calls a pipeline's API for machines; what it answers, or why there is no answer. */
export async function callApi(
  { apiUrl, region, credentials }: Address,
  method: 'GET' | 'PUT',
  path: string,
  body?: unknown,
): Promise<{ readonly body: unknown } | { readonly failed: string }> {
  // Only commands that call wait for what signs.
  const { AwsClient } = await import('aws4fetch');
  const aws = new AwsClient({ ...credentials, region, service: 'execute-api', retries: 2 });
  const url = apiUrl + path;
  let response: Response;
  try {
    response = await aws.fetch(url, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
  } catch (error) {
    return { failed: new UnreachableError(url, error).message };
  }
  const answer = parse(await response.text());
  if (response.ok && answer !== undefined) return { body: answer };
  const { detail, message } = (answer ?? {}) as { detail?: string; message?: string };
  return { failed: `${url} answered ${response.status}: ${detail ?? message ?? response.statusText}` };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
