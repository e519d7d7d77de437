import fc from 'fast-check';
import { canonicalJson } from '../../../core/canonical-json';
import { compilePipeline } from '../../../core/pipeline/compile';
import type { PipelineDefinition } from '../../../core/pipeline/definition';
import { durationMs } from '../../../core/pipeline/duration';
import { makeArtifact } from '../../../core/pipeline/make-artifact';
import { creditRisk } from '../credit';
import { changed, pathsOf } from './change';

const backwards = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(backwards);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, backwards(member)]),
  );
};

describe('the version', () => {
  const { version } = makeArtifact(creditRisk);

  test('is a SHA-256 that does not depend on the order in which members are written', () => {
    expect(version).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(makeArtifact(backwards(creditRisk) as PipelineDefinition).version).toBe(version);
    expect(makeArtifact(JSON.parse(JSON.stringify(creditRisk)) as PipelineDefinition).version).toBe(version);
  });

  test('changes with whatever is written in the definition', () => {
    const numbers = pathsOf(creditRisk.drift!.baseline)
      .filter(([, , name]) => name === 'mean')
      .map((path) => ['drift', 'baseline', ...path]);
    const others = [
      ['description'],
      ['decide', 'rules', '0', 'when'],
      ['input', 'properties', 'age', 'maximum'],
      ['model', 'trees', 'learner', 'learner_model_param', 'base_score'],
    ];
    for (const path of [...numbers, ...others]) {
      const value = path.reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], creditRisk);
      const other = typeof value === 'number' ? value + 1 : `${String(value)} `;
      expect(makeArtifact(changed(creditRisk, path, other) as PipelineDefinition).version).not.toBe(version);
    }
  });

  test('depends on the order of what is tried in order', () => {
    const rules = [...creditRisk.decide.rules!].reverse();
    expect(makeArtifact({ ...creditRisk, decide: { ...creditRisk.decide, rules } }).version).not.toBe(version);
  });
});

test('an artifact holds the definition, with its objects closed, and survives JSON', () => {
  const artifact = makeArtifact(creditRisk);
  const { trees, ...model } = creditRisk.model;
  const input = { ...creditRisk.input, additionalProperties: false };
  expect(artifact.definition).toEqual({ ...creditRisk, model, input });
  expect(artifact.trees).toBe(trees);
  expect(creditRisk.input).not.toHaveProperty('additionalProperties');
  expect(JSON.parse(JSON.stringify(artifact))).toEqual(artifact);
});

test('a derived feature may use one that stands before it, also after JSON', () => {
  const derived = { zeal: 'double(input.age)', about: 'features.zeal * 2.0' };
  const { drift: _, ...undrifting } = creditRisk;
  const definition = {
    ...undrifting,
    features: { ...creditRisk.features, derived },
    fallback: creditRisk.fallback.slice(1),
  };
  const pipeline = compilePipeline(JSON.parse(JSON.stringify(makeArtifact(definition))));
  expect(pipeline.derived.map(({ name }) => name)).toEqual(['zeal', 'about']);
});

describe('canonical JSON', () => {
  test('is the text that RFC 8785 gives', () => {
    // Section 3.2.2 of the RFC, without its parse step.
    const value = {
      numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 1e-27],
      string: '\u20ac$\u000f\nA\'B"\\\\"/',
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
    expect(
      canonicalJson({ '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 }),
    ).toBe('{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}');
  });

  test('is one text for one value, and another for another', () => {
    const value = fc.jsonValue({ maxDepth: 3 });
    fc.assert(
      fc.property(value, value, (one, other) => {
        const text = canonicalJson(one);
        expect(canonicalJson(backwards(one))).toBe(text);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
        if (text === canonicalJson(other))
          expect(JSON.parse(JSON.stringify(other))).toEqual(JSON.parse(JSON.stringify(one)));
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});

describe('durations', () => {
  test.each([
    ['800ms', 800],
    ['30s', 30_000],
    ['15m', 900_000],
    ['4h', 14_400_000],
    ['14d', 1_209_600_000],
    ['0s', 0],
  ])('%s is %i ms', (text, ms) => expect(durationMs(text)).toBe(ms));

  test.each([
    '',
    's',
    '5',
    '5 s',
    '-5s',
    '1.5h',
    '1h30m',
    '5S',
    '5min',
    ' 5s',
    '5s\n',
    '1e3s',
    '9999999999s',
    5,
    null,
    undefined,
    ['5s'],
  ])('%j is none', (text) => expect(durationMs(text)).toBeUndefined());
});

test('its definition, deployed again, has the same version: that is how one goes back', () => {
  const { version } = makeArtifact(creditRisk);
  const kept = JSON.parse(JSON.stringify({ version, definition: creditRisk })) as { definition: typeof creditRisk };
  expect(makeArtifact(kept.definition).version).toBe(version);
});
