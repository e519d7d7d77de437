import fc from 'fast-check';
import { decide } from '../../../core/decision/decide';
import { makeRecord } from '../../../core/decision/decide-request';
import { MODES } from '../../../core/decision/decision';
import { resolveFeatures } from '../../../core/features/features';
import { checkDefinition } from '../../../core/pipeline/check';
import { compilePipeline } from '../../../core/pipeline/compile';
import type { PipelineDefinition } from '../../../core/pipeline/definition';
import { makeArtifact } from '../../../core/pipeline/make-artifact';
import { openApiDocument } from '../../../core/pipeline/openapi';
import { encodeRow } from '../../../core/model/encoding';
import { accountItem, applications, creditRisk, START } from '../credit';
import { changed, type Path, pathsOf } from './change';

/** What passes the check must run: compile, encode, decide, be recorded and documented. */
function run(definition: PipelineDefinition): void {
  const timings = { totalMs: 0, featuresMs: 0, modelMs: 0 };
  const artifact = makeArtifact(definition);
  const pipeline = compilePipeline(artifact);
  openApiDocument(artifact);
  for (const row of [0, 1])
    for (const mode of MODES) {
      const { input } = applications[row]!;
      const reads = { accounts: { item: accountItem(row) } };
      const features = resolveFeatures(pipeline, input, row === 0 ? reads : {}, START);
      for (const cell of encodeRow(pipeline.columns, { input, features: features.values }))
        expect(typeof cell).toBe('number');
      for (const model of [{ score: 0 }, { score: 0.4 }, { score: 1 }, { failed: 'MODEL_ERROR' as const }]) {
        const evidence = { input, features, mode, model };
        const verdict = decide(pipeline, evidence);
        const { outcome, score } = verdict;
        makeRecord(pipeline, { id: 'x', caller: 'x', hash: 'x', startedAt: START, evidence, verdict, timings });
        if (outcome !== null) expect(definition.decide.outcomes).toContain(outcome);
        if ('score' in model) expect(score).toEqual(expect.any(Number));
      }
    }
}

const problemsOrRun = (definition: PipelineDefinition) => {
  const problems = checkDefinition(definition);
  for (const { code, path, message } of problems)
    expect([typeof code, typeof path, message.length > 0]).toEqual(['string', 'string', true]);
  if (problems.length === 0) run(definition);
};

test('no JSON value makes the check throw', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => problemsOrRun(value as unknown as PipelineDefinition)),
    { seed: 1, numRuns: 200 },
  );
});

test('the example with any part taken away or replaced has problems, or runs', () => {
  const definition = { ...creditRisk, drift: { baseline: { rows: 0, features: {} }, window: '1m' } };
  const paths = pathsOf(definition);
  const value = fc.oneof(
    fc.constant(undefined),
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom<unknown>(
      null,
      '',
      0,
      -1,
      1e308,
      [],
      {},
      'approve',
      'true',
      '1h',
      ['a', 'b'],
      { toString: 1 },
      '__proto__',
    ),
    fc
      .constantFrom(...paths)
      .map((path) => path.reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], definition)),
  );
  const part = fc.constantFrom(...Object.keys(definition));
  const path = part.chain((name) => fc.constantFrom<Path>(...paths.filter(([first]) => first === name)));
  const change = fc.tuple(path, value);
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 2 }), (changes) =>
      problemsOrRun(
        changes.reduce<unknown>((whole, [path, put]) => changed(whole, path, put), definition) as PipelineDefinition,
      ),
    ),
    { seed: 2, numRuns: 300 },
  );
});
