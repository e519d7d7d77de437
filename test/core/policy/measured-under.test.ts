import type { PipelineDefinition } from '../../../core/pipeline/definition';
import { measuredUnder } from '../../../core/policy/measured-under';
import { loans } from '../review/loans';

const by = (over: Partial<PipelineDefinition>) => measuredUnder({ ...loans, ...over });
const { trees: _, ...plain } = loans.model;

test('evidence is void under another model: by its trees, or where they are not known by its name', () => {
  expect(by({ model: { ...plain, endpoint: 'retrained' } })).not.toBe(measuredUnder(loans));
  const trees = { learner: {} } as never;
  const [one, other] = ['a', 'b'].map((endpoint) => by({ model: { ...plain, trees, endpoint } }));
  expect(one).toBe(other);
});

test('and under other types, by which expressions come to other values', () => {
  const properties = { amount: { type: 'integer' } };
  expect(by({ input: { ...loans.input, properties } })).not.toBe(measuredUnder(loans));
});

test('but not by where and how often the model is called, nor by deadlines and fallback', () => {
  const model = { ...loans.model, servedBy: 'instances' as const, hedge: { quantile: 0.9, share: 0.1 } };
  expect(by({ model, deadline: '2s', fallback: [] })).toBe(measuredUnder(loans));
});
