import type { Model } from './definition';

/** The two doors of a pipeline: machines sign with IAM, people bring an id token. */
export type Door = 'machines' | 'people';

export interface RouteSpec {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** With `{name}` for a variable segment. */
  readonly path: string;
  readonly doors: readonly Door[];
  /** Of pipelines with such a model alone. @default - of all */
  readonly only?: Model['kind'];
  /** The function that answers. */
  readonly handler: 'decide' | 'validate' | 'infer' | 'outcome' | 'batches' | 'read' | 'reviews' | 'mode';
}

const BOTH: readonly Door[] = ['machines', 'people'];

/** Every call that pipelines answer: the APIs, the OpenAPI document and the answers 404 and 405 follow from it. */
export const ROUTES: readonly RouteSpec[] = [
  { method: 'POST', path: '/decisions', doors: ['machines'], handler: 'decide' },
  { method: 'GET', path: '/decisions/{id}', doors: BOTH, handler: 'read' },
  { method: 'POST', path: '/decisions/{id}/outcome', doors: ['machines'], handler: 'outcome' },
  { method: 'POST', path: '/validations', doors: ['machines'], handler: 'validate' },
  { method: 'POST', path: '/scores', doors: ['machines'], handler: 'infer' },
  { method: 'POST', path: '/batches', doors: ['machines'], handler: 'batches' },
  { method: 'GET', path: '/batches/{id}', doors: ['machines'], handler: 'batches' },
  { method: 'GET', path: '/status', doors: BOTH, handler: 'read' },
  { method: 'GET', path: '/health', doors: ['people'], handler: 'read' },
  { method: 'PUT', path: '/mode', doors: BOTH, handler: 'mode' },
  { method: 'PUT', path: '/prompts', doors: BOTH, handler: 'mode', only: 'llm' },
  { method: 'GET', path: '/openapi.json', doors: BOTH, handler: 'read' },
  { method: 'GET', path: '/reviews', doors: ['people'], handler: 'reviews' },
  { method: 'POST', path: '/reviews/claims', doors: ['people'], handler: 'reviews' },
  { method: 'POST', path: '/reviews/{id}/heartbeat', doors: ['people'], handler: 'reviews' },
  { method: 'POST', path: '/reviews/{id}/release', doors: ['people'], handler: 'reviews' },
  { method: 'POST', path: '/reviews/{id}/resolution', doors: ['people'], handler: 'reviews' },
];

/** Those of a pipeline with such a model. */
export const routesOf = ({ kind }: Pick<Model, 'kind'>): readonly RouteSpec[] =>
  ROUTES.filter(({ only = kind }) => only === kind);

export type RouteMatch =
  | { readonly route: RouteSpec; readonly id?: string }
  /** The path is known, the method is not: the methods that are. */
  | { readonly allow: readonly string[] }
  | undefined;

/** Finds what answers a call; undefined for an unknown path. */
export function matchRoute(door: Door, method: string, path: string, routes = ROUTES): RouteMatch {
  const here = routes.filter(({ doors, path: template }) => doors.includes(door) && fits(template, path));
  const route = here.find((candidate) => candidate.method === method);
  if (route) return route.path.includes('{') ? { route, id: path.split('/')[2]! } : { route };
  return here.length > 0 ? { allow: here.map((candidate) => candidate.method) } : undefined;
}

function fits(template: string, path: string): boolean {
  const [want, got] = [template.split('/'), path.split('/')];
  return (
    want.length === got.length &&
    want.every((segment, i) => (segment.startsWith('{') ? got[i] !== '' : segment === got[i]))
  );
}
