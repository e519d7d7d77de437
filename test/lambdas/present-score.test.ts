import { present as presentDecision } from '../../lambdas/decide/present';
import { present } from '../../lambdas/infer/present';

test('while halted, a score is refused as a decision is', () => {
  expect(present({ halted: true })).toEqual(presentDecision({ kind: 'halted' }));
});

test.each([
  ['MODEL_TIMEOUT', 'The model gave no answer.'],
  ['MODEL_SKIPPED', 'The model was not asked.'],
] as const)('%s says whether the model was asked', (failed, detail) => {
  const { statusCode, body } = present({ failed });
  expect([statusCode, JSON.parse(body)]).toEqual([503, expect.objectContaining({ code: failed, detail })]);
});
