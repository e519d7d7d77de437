import type { Address } from './address';

/** Asks the API for a decision; what it answers, or why there is no answer. */
export async function fetchDecision(
  { apiUrl, region, credentials }: Address,
  id: string,
): Promise<{ readonly body: unknown } | { readonly failed: string }> {
  // Only this command signs, so only it waits for what signs.
  const { AwsClient } = await import('aws4fetch');
  const aws = new AwsClient({ ...credentials, region, service: 'execute-api', retries: 2 });
  const url = `${apiUrl}/decisions/${id}`;
  let response: Response;
  try {
    response = await aws.fetch(url);
  } catch (error) {
    const { cause = error } = error as Error;
    return { failed: `${url} cannot be reached: ${(cause as Error).message || String(cause)}` };
  }
  const body = parse(await response.text());
  if (response.ok && body !== undefined) return { body };
  const { detail, message } = (body ?? {}) as { detail?: string; message?: string };
  return { failed: `${url} answered ${response.status}: ${detail ?? message ?? response.statusText}` };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
