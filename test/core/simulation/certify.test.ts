import { allOf, bySegment, expectedCost, riskControl } from '../../../core/pipeline/define';
import { checkDefinition } from '../../../core/pipeline/check';
import { calibrate } from '../../../core/model/calibration';
import { compilePipeline } from '../../../core/pipeline/compile';
import type { PipelineDefinition } from '../../../core/pipeline/definition';
import { evidenceOf } from '../../../core/policy/evidence';
import { type SupportedThreshold, chooseThreshold } from '../../../core/policy/guarantee';
import { Certification } from '../../../core/simulation/certify';
import { compileHistory } from '../../../core/simulation/history';
import { Simulation } from '../../../core/simulation/simulate';
import { makeArtifact } from '../../../core/pipeline/make-artifact';
import { modelFile } from '../../examples/german-credit';
import { applications, creditRisk } from '../credit';

const { scores } = modelFile<{ scores: number[] }>('out-of-fold.json');
const promise = riskControl({ errors: 0.25, delta: 0.1 });
const definition: PipelineDefinition = {
  ...creditRisk,
  decide: { ...creditRisk.decide, policy: allOf(expectedCost(), promise) },
};
const cells = applications.map(({ input, account, truth }) => ({ ...input, ...account, class: truth }));
const rowsOf = (one: PipelineDefinition) => {
  const read = compileHistory(one, Object.keys(cells[0]!));
  return cells.map((row) => {
    const taken = read(row);
    if ('skipped' in taken) throw new Error(taken.skipped);
    return taken;
  });
};
const certified = (one: PipelineDefinition) => {
  const certification = new Certification(one, (_, row) => scores[row]);
  rowsOf(one).forEach((row, i) => certification.add(i, row));
  return certification.evidence();
};
const withEvidence = (one: PipelineDefinition, evidence = certified(one)): PipelineDefinition => ({
  ...one,
  decide: { ...one.decide, evidence },
});

test('evidence counts what the policy would decide without its risk control, and not what rules decide', () => {
  const { segments } = certified(definition);
  const byRule = applications.filter(({ input }) => Number(input.age) < 18 || Number(input.credit_amount) > 15_000);
  const expected = evidenceOf(
    applications.flatMap((application, i) => {
      if (byRule.includes(application)) return [];
      const bad = calibrate(creditRisk.model.calibration, scores[i]!);
      const [approve, decline] = [5 * bad, 1 - bad];
      // What costs least must also be what is more probably right, or both policies disagree.
      const outcome = approve < decline ? (bad <= 0.5 ? 'approve' : null) : bad > 0.5 ? 'decline' : null;
      if (outcome === null || Math.min(approve, decline) >= 0.5) return [undefined];
      const wrong = outcome === (application.truth === 'good' ? 'decline' : 'approve');
      return [{ confidence: Math.max(bad, 1 - bad), wrong }];
    }),
  );
  expect(segments.all!.errors).toEqual([expected]);
});

test('evidence makes the definition deployable, until something changes that it rests on', () => {
  const codes = (one: PipelineDefinition) => checkDefinition(one).map(({ code }) => code);
  expect(codes(definition)).toEqual(['EVIDENCE_MISSING']);
  const supported = withEvidence(definition);
  expect(codes(supported)).toEqual([]);
  const { decide, model } = supported;
  const other = (part: Partial<PipelineDefinition['decide']>) =>
    codes({ ...supported, decide: { ...decide, ...part } });
  expect(other({ policy: allOf(expectedCost(), riskControl({ errors: 0.2, delta: 0.05, horizon: 100 })) })).toEqual([]);
  expect(other({ costs: { ...decide.costs, review: 0.6 } })).toEqual(['EVIDENCE_STALE']);
  expect(other({ rules: [] })).toEqual(['EVIDENCE_STALE']);
  expect(other({ policy: promise })).toEqual(['EVIDENCE_STALE']);
  expect(codes({ ...supported, model: { ...model, calibration: { method: 'platt', a: -1, b: 0 } } })).toEqual([
    'EVIDENCE_STALE',
  ]);
  expect(codes({ ...supported, model: { ...model, endpoint: 'another-name-for-it' } })).toEqual([]);
});

test('each segment has evidence of its own', () => {
  const split = {
    ...definition,
    decide: {
      ...definition.decide,
      policy: bySegment([{ id: 'long', when: 'input.duration > 24', policy: promise }], allOf(expectedCost(), promise)),
    },
  };
  const { segments } = certified(split);
  const long = applications.filter(({ input }) => Number(input.duration) > 24 && Number(input.credit_amount) <= 15_000);
  expect(segments.long!.errors[0]!.rows).toBe(long.length);
  expect(Object.keys(segments)).toEqual(['all', 'long']);
  expect(checkDefinition(withEvidence(split))).toEqual([]);
});

test('what the policy then automates of these rows is what the evidence says it does', () => {
  const supported = withEvidence(definition);
  const choice = chooseThreshold(supported.decide.evidence!.segments.all!.errors, promise);
  if ('unsupported' in choice) throw new Error(choice.unsupported);
  const options = { reviewerAccuracy: 1, staff: 1, minutesPerReview: 1, requestsPerHour: 60 };
  const simulation = new Simulation(makeArtifact(supported), (_, row) => scores[row], options);
  rowsOf(supported).forEach((row, i) => simulation.add(i, row));
  const report = simulation.report();
  const byRule = applications.filter(({ input }) => Number(input.age) < 18).length;
  expect(report.automated - byRule).toBe(choice.automated);
  expect(Math.round(report.automatedError! * report.automated)).toBe(choice.wrong);
});

test('where a backlog makes reviews dearer, a promise is measured at every price and holds at each', () => {
  const scarce: PipelineDefinition = { ...definition, review: { ...definition.review, sla: '4h', capacity: 20 } };
  const evidence = certified(scarce);
  const { errors } = evidence.segments.all!;
  const proposed = errors.map((one) => one.proposed.reduce((sum, n) => sum + n, 0));
  expect(errors).toHaveLength(7);
  expect(proposed).toEqual(proposed.toSorted((a, b) => a - b));
  expect(proposed.at(-1)).toBeGreaterThan(1.3 * proposed[0]!);
  const supported = withEvidence(scarce, evidence);
  expect(checkDefinition(supported)).toEqual([]);

  const { policy } = compilePipeline({ version: '', definition: supported });
  const context = { input: {}, features: {} };
  const ask = (probability: number, backlog: number) => policy({ probability, context, cautious: false, backlog });
  const { threshold } = chooseThreshold(errors, promise) as SupportedThreshold;
  expect(threshold).toBeGreaterThan((chooseThreshold([errors[0]!], promise) as SupportedThreshold).threshold - 1e-9);
  // Dearer reviews automate more, but never what the evidence does not support.
  expect(ask(0.2, 0)).toMatchObject({ outcome: null, reasons: [{ code: 'REVIEW_CHEAPER' }] });
  for (const [backlog, probability] of [0, 40, 79, 1_000].flatMap((n) => [0.05, 0.2, 0.45, 0.9].map((p) => [n, p]))) {
    const { outcome, confidence } = ask(probability!, backlog!);
    if (outcome !== null) expect(confidence).toBeGreaterThanOrEqual(threshold);
  }
  expect(checkDefinition(withEvidence(scarce, certified(definition))).map(({ code }) => code)).toEqual([
    'EVIDENCE_STALE',
  ]);
});
