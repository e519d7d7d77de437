import type { Artifact } from './artifact';
import { openApiSchemas } from './openapi-schemas';
import { type RouteSpec, routesOf } from './routes';

interface Documented {
  readonly id: string;
  readonly summary: string;
  readonly body?: string;
  /** By status: the schema of the answer, or null for none; beside what `refusals` adds. */
  readonly answers: Readonly<Record<number, string | null>>;
}

const OPERATIONS: Readonly<Record<string, Documented>> = {
  'POST /decisions': {
    id: 'decide',
    summary: 'Decide. The same key and input give the same decision.',
    body: 'DecisionRequest',
    answers: {
      200: 'Decision',
      202: 'Decision',
      409: 'Problem',
      422: 'Problem',
    },
  },
  'GET /decisions/{id}': {
    id: 'getDecision',
    summary: 'A decision with its input, features and history, and why it was made.',
    answers: { 200: 'ReadDecision' },
  },
  'POST /decisions/{id}/outcome': {
    id: 'recordOutcome',
    summary: 'Say what turned out to be true. The same again changes nothing; another truth is refused.',
    body: 'TruthRequest',
    answers: { 200: 'LabelledDecision', 409: 'Problem', 422: 'Problem' },
  },
  'POST /validations': {
    id: 'validate',
    summary: 'What is wrong with an input, and what is unusual. Nothing is recorded.',
    body: 'InputRequest',
    answers: { 200: 'Validation' },
  },
  'POST /scores': {
    id: 'score',
    summary: 'Features, score and confidence without a decision. Nothing is recorded.',
    body: 'InputRequest',
    answers: { 200: 'Score', 422: 'Problem' },
  },
  'POST /batches': {
    id: 'decideBatch',
    summary: 'Decide a JSON Lines file of requests. The same file again goes on with what is left of it.',
    body: 'BatchRequest',
    answers: { 202: 'Batch', 422: 'Problem' },
  },
  'GET /batches/{id}': {
    id: 'getBatch',
    summary: 'How far a batch is; when it has succeeded, where its results and errors are.',
    answers: { 200: 'Batch' },
  },
  'GET /status': { id: 'getStatus', summary: 'Mode, version and alarms.', answers: { 200: 'Status' } },
  'GET /health': {
    id: 'getHealth',
    summary: 'What is watched for drift, worst first, beside the baseline and over the last windows.',
    answers: { 200: 'Health' },
  },
  'PUT /mode': {
    id: 'setMode',
    summary: 'Set the mode, pinned until released, or release it. For operators, and callers granted this one call.',
    body: 'ModeRequest',
    answers: { 200: 'ModeState', 422: 'Problem' },
  },
  'PUT /prompts': {
    id: 'setPrompts',
    summary:
      'Make another version of the prompt live, try one on a share of the decisions, or go back. For operators, and callers granted this one call.',
    body: 'PromptsRequest',
    answers: { 200: 'PromptsState', 409: 'Problem', 422: 'Problem' },
  },
  'GET /openapi.json': { id: 'getDocument', summary: 'This document.', answers: { 200: null } },
  'GET /reviews': { id: 'listReviews', summary: 'Backlog, ages and SLA.', answers: { 200: 'Backlog' } },
  'POST /reviews/claims': {
    id: 'claimReview',
    summary: 'Lease the next task; 204 when there is none.',
    answers: { 200: 'Claim', 204: null },
  },
  'POST /reviews/{id}/heartbeat': {
    id: 'extendLease',
    summary: 'Extend a lease.',
    body: 'Lease',
    answers: { 200: 'Extension', 409: 'Problem' },
  },
  'POST /reviews/{id}/release': {
    id: 'releaseReview',
    summary: 'Give a task back.',
    body: 'Lease',
    answers: { 200: 'Released', 409: 'Problem' },
  },
  'POST /reviews/{id}/resolution': {
    id: 'resolveReview',
    summary: 'Decide a claimed task.',
    body: 'Resolution',
    answers: { 200: 'Decision', 409: 'Problem', 422: 'Problem' },
  },
};

/** The OpenAPI 3.1 document of a pipeline's HTTP contract. */
export function openApiDocument({ definition, version }: Artifact): unknown {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routesOf(definition.model))
    (paths[route.path] ??= {})[route.method.toLowerCase()] = operation(route);
  return {
    openapi: '3.1.0',
    info: {
      title: definition.name,
      version,
      summary: 'Machines and people have an address each; `security` says which call belongs to which.',
      ...(definition.description ? { description: definition.description } : {}),
    },
    paths,
    components: {
      schemas: openApiSchemas(definition),
      securitySchemes: {
        machines: {
          type: 'apiKey',
          in: 'header',
          name: 'Authorization',
          description: 'AWS Signature Version 4, service execute-api',
        },
        people: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'The id token of a user of the Cognito pool, who is in a group of this pipeline',
        },
      },
    },
  };
}

function operation(route: RouteSpec): unknown {
  const { id, summary, body, answers } = OPERATIONS[`${route.method} ${route.path}`]!;
  const content = (schema: string) => ({
    [schema === 'Problem' ? 'application/problem+json' : 'application/json']: {
      schema: { $ref: `#/components/schemas/${schema}` },
    },
  });
  return {
    operationId: id,
    summary,
    security: route.doors.map((door) => ({ [door]: [] })),
    ...(route.path.includes('{id}')
      ? { parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }] }
      : {}),
    ...(body ? { requestBody: { required: true, content: content(body) } } : {}),
    responses: Object.fromEntries(
      Object.entries({ ...answers, ...refusals(route) }).map(([status, schema]) => [
        status,
        { description: DESCRIPTIONS[status]!, ...(schema ? { content: content(schema) } : {}) },
      ]),
    ),
  };
}

/** What any call of a route may be answered, whatever it does. */
function refusals({ doors, path, method }: RouteSpec): Record<number, string> {
  const statuses = [403, 503];
  if (doors.includes('people')) statuses.push(401);
  if (path.includes('{id}')) statuses.push(404);
  if (method !== 'GET' && path !== '/reviews/claims') statuses.push(400, 413);
  return Object.fromEntries(statuses.map((status) => [status, 'Problem']));
}

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  200: 'Done',
  202: 'Accepted: a person will decide, or the work has begun',
  204: 'Nothing to return',
  400: 'Malformed',
  401: 'No token, or not an id token',
  403: 'Not allowed',
  404: 'Not there, or not yours',
  409: 'Conflict',
  413: 'Too large',
  422: 'Well-formed, but not valid',
  503: 'Try again, after Retry-After seconds',
};
