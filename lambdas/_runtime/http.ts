import type { Limited } from '../../core/llm/budgets/refusal';
import { type InputProblem, MOST_PROBLEMS } from '../../core/input/validate';

/** What an API function reads of a request, whichever API it came through. */
export interface ApiRequest {
  readonly method: string;
  /** The path without the stage, such as `/decisions/01J…`. */
  readonly path: string;
  readonly body: string;
  readonly context: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

export interface ApiResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A proxy event of a REST API (1.0) or an HTTP API (2.0); only what is read here. */
export interface ApiEvent {
  readonly httpMethod?: string;
  readonly path?: string;
  readonly rawPath?: string;
  readonly body?: string | null;
  readonly isBase64Encoded?: boolean;
  readonly headers?: Readonly<Record<string, string | undefined>> | null;
  readonly requestContext: {
    readonly stage?: string;
    readonly http?: { readonly method: string };
    readonly [key: string]: unknown;
  };
}

export function readRequest(event: ApiEvent): ApiRequest {
  const stage = event.requestContext.stage;
  const raw = event.rawPath ?? event.path ?? '/';
  // HTTP APIs put a named stage before the path.
  const path =
    event.rawPath && stage && stage !== '$default' && raw.startsWith(`/${stage}/`) ? raw.slice(stage.length + 1) : raw;
  const text = event.body ?? '';
  return {
    method: event.httpMethod ?? event.requestContext.http?.method ?? '',
    path: path.length > 1 ? path.replace(/\/+$/, '') : path,
    body: event.isBase64Encoded ? Buffer.from(text, 'base64').toString('utf8') : text,
    context: event.requestContext,
    headers: event.headers ?? {},
  };
}

const SECURITY_HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

export const json = (statusCode: number, body: unknown, headers: Record<string, string> = {}): ApiResponse => ({
  statusCode,
  headers: { 'content-type': 'application/json', ...SECURITY_HEADERS, ...headers },
  body: JSON.stringify(body),
});

export const noContent = (): ApiResponse => ({ statusCode: 204, headers: SECURITY_HEADERS, body: '' });

/** An answer of RFC 9457. The detail never repeats values of the input. */
export function problem(
  status: number,
  code: string,
  detail: string,
  more: { problems?: readonly InputProblem[]; limited?: Limited; headers?: Record<string, string> } = {},
): ApiResponse {
  const title = TITLES[status] ?? 'Error';
  const type = `https://plumbline.dev/problems/${code.toLowerCase().replace(/_/g, '-')}`;
  const body = {
    type,
    title,
    status,
    detail,
    code,
    ...(more.problems ? { problems: more.problems.slice(0, MOST_PROBLEMS) } : {}),
    ...(more.limited ? { limited: more.limited } : {}),
  };
  const response = json(status, body, more.headers);
  return { ...response, headers: { ...response.headers, 'content-type': 'application/problem+json' } };
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Content Too Large',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};
