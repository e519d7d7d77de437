import { compileExplainer } from '../../../core/explanation/compile-explainer';
import { compileSchema } from '../../../core/input/compile-schema';
import { presentDecision } from '../../../core/decision/decision';
import type { JsonSchema, PipelineDefinition } from '../../../core/pipeline/definition';
import { makeArtifact } from '../../../core/pipeline/make-artifact';
import { openApiDocument } from '../../../core/pipeline/openapi';
import { matchRoute, ROUTES, routesOf } from '../../../core/pipeline/routes';
import { applications, creditRisk } from '../credit';
import { triage } from '../llm/triage';
import { decideWith, requestPorts } from '../decision/request-ports';

interface Operation {
  readonly summary: string;
  readonly security: readonly Record<string, unknown>[];
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>>; readonly securitySchemes: object };
}

const documentOf = (definition: PipelineDefinition) =>
  JSON.parse(JSON.stringify(openApiDocument(makeArtifact(definition)))) as Document;
const document = documentOf(creditRisk);
const operationsOf = ({ paths }: Document) =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      call: `${method.toUpperCase()} ${path}`,
      path,
      operation,
    })),
  );
const operations = operationsOf(document);

const refsOf = (value: unknown): string[] =>
  value === null || typeof value !== 'object'
    ? []
    : Object.entries(value).flatMap(([name, member]) => (name === '$ref' ? [member as string] : refsOf(member)));
const resolve = (whole: unknown, ref: string): unknown =>
  ref
    .replace(/^#\//, '')
    .split('/')
    .reduce(
      (at, name) => (at as Record<string, unknown> | undefined)?.[name.replace(/~1/g, '/').replace(/~0/g, '~')],
      whole,
    );

describe.each([creditRisk, triage])('of $name', (definition) => {
  const whole = documentOf(definition);

  test('every route is documented, and nothing else', () => {
    const routes = routesOf(definition.model).map(({ method, path }) => `${method} ${path}`);
    expect(
      operationsOf(whole)
        .map(({ call }) => call)
        .sort(),
    ).toEqual(routes.sort());
  });

  test('every reference resolves', () => {
    const refs = refsOf(whole);
    expect(refs.length).toBeGreaterThan(ROUTES.length);
    for (const ref of refs) expect(resolve(whole, ref)).toEqual(expect.any(Object));
  });
});

test('only a pipeline with a language model has prompts to set', () => {
  expect(document.paths).not.toHaveProperty('/prompts');
  expect(documentOf(triage).paths).toHaveProperty('/prompts');
});

test('references inside an input schema resolve too', () => {
  const money: JsonSchema = { type: 'integer', minimum: 0 };
  const { required: _, properties, ...input } = creditRisk.input;
  const named: JsonSchema = {
    ...input,
    $defs: { money },
    properties: { ...properties, fee: { $ref: '#/$defs/money' }, note: { enum: [{ $ref: '#' }] } },
  };
  const whole = documentOf({ ...creditRisk, input: named });
  const fee = whole.components.schemas.Input!.properties!.fee as { $ref: string };
  expect(resolve(whole, fee.$ref)).toEqual(money);
  expect(whole.components.schemas.Input!.properties!.note).toEqual({ enum: [{ $ref: '#' }] });
});

test('every operation says who may call it, what its path holds and what it answers', () => {
  for (const { path, operation } of operations) {
    const { summary, security, parameters = [], responses } = operation;
    expect(summary).toMatch(/\.$/);
    expect(security.length).toBeGreaterThan(0);
    for (const scheme of security.flatMap(Object.keys))
      expect(document.components.securitySchemes).toHaveProperty(scheme);
    const variables = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    expect(parameters.map(({ name }) => name)).toEqual(variables);
    for (const { description } of Object.values(responses)) expect(description).not.toBe('');
  }
});

test('the schemas are those of what is sent and answered', async () => {
  const { schemas } = document.components;
  // The references of one schema resolve within all of them.
  const fits = (name: string, value: unknown) =>
    compileSchema(
      JSON.parse(
        JSON.stringify({ $defs: schemas, $ref: `#/$defs/${name}` }).replaceAll('#/components/schemas/', '#/$defs/'),
      ),
    )(value);
  const { input } = applications[0]!;
  const explain = compileExplainer(makeArtifact({ ...creditRisk, protected: [] }));
  expect(fits('DecisionRequest', { input, key: 'k' })).toBe(true);
  expect(fits('DecisionRequest', { input, kee: 'k' })).toBe(false);
  expect(fits('DecisionRequest', { input: { ...input, age: 'x' } })).toBe(false);
  for (const score of [0.02, 0.3, NaN]) {
    const result = await decideWith(requestPorts({ answer: { score } }));
    if (!('record' in result)) throw new Error('no record');
    const decision = presentDecision(result.record);
    expect(fits('Decision', decision)).toBe(true);
    expect(fits('Decision', { ...decision, outcome: 'maybe' })).toBe(false);
    const { features, history } = result.record;
    const explanation = JSON.parse(JSON.stringify(explain(result.record))) as unknown;
    const shown = { ...decision, input, features, history, explanation };
    expect(fits('DecisionWithEvidence', shown)).toBe(true);
    expect(fits('DecisionWithEvidence', { ...decision, input, features, history })).toBe(false);
    const forgotten = { ...decision, score: null, confidence: null, history, forgotten: { at: decision.at } };
    expect([fits('ReadDecision', shown), fits('ReadDecision', forgotten)]).toEqual([true, true]);
    expect(fits('ReadDecision', decision)).toBe(false);
    expect([fits('Explained', explanation), fits('Unexplained', explanation)]).toEqual([true, false]);
    const unexplained = explain({ ...result.record, version: 'sha256:0' });
    expect([fits('Explanation', unexplained), fits('Explained', unexplained)]).toEqual([true, false]);
    const truth = { label: 'good', at: decision.at };
    expect(fits('DecisionWithEvidence', { ...shown, truth })).toBe(true);
    expect(fits('LabelledDecision', { ...decision, truth })).toBe(true);
    expect(fits('LabelledDecision', decision)).toBe(false);
  }
  expect(fits('TruthRequest', { truth: 'bad', observedAt: '2026-11-23T09:00:00Z' })).toBe(true);
  expect(fits('TruthRequest', { truth: 'approve' })).toBe(false);
  expect(fits('TruthRequest', { truth: 'bad', note: '' })).toBe(false);
});

describe('routes', () => {
  test('are found by door, method and path', () => {
    expect(matchRoute('machines', 'POST', '/decisions')).toMatchObject({ route: { handler: 'decide' } });
    expect(matchRoute('people', 'POST', '/reviews/01J/release')).toMatchObject({
      route: { path: '/reviews/{id}/release' },
      id: '01J',
    });
    expect(matchRoute('machines', 'POST', '/decisions/01J/outcome')).toMatchObject({
      route: { handler: 'outcome' },
      id: '01J',
    });
    expect(matchRoute('people', 'POST', '/reviews/claims')).toMatchObject({ route: { path: '/reviews/claims' } });
  });

  test('of the other door, or of no door, are unknown', () => {
    expect(matchRoute('people', 'POST', '/decisions')).toBeUndefined();
    expect(matchRoute('people', 'POST', '/decisions/01J/outcome')).toBeUndefined();
    expect(matchRoute('machines', 'GET', '/reviews')).toBeUndefined();
    for (const path of ['/', '', '/decision', '/decisions/01J/x', '/Decisions'])
      expect(matchRoute('machines', 'POST', path)).toBeUndefined();
  });

  test('asked by another method name those they have', () => {
    expect(matchRoute('machines', 'DELETE', '/decisions')).toEqual({ allow: ['POST'] });
    expect(matchRoute('people', 'GET', '/reviews/claims')).toEqual({ allow: ['POST'] });
  });
});
