const { default: Sequencer } = require('@jest/test-sequencer');

/** The order in which a day goes: the real applications first, drift last, for it stays in the windows behind it. */
const ORDER = [
  'applications',
  'review',
  'outcomes',
  'inputs',
  'intake',
  'actions',
  'batch',
  'callers',
  'language-model',
  'failures',
  'recovery',
  'modes',
  'readme',
  'start',
  'adapters',
  'budgets',
  'llm-cache',
  'schedules',
];

module.exports = class extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => ORDER.findIndex((name) => path.endsWith(`${name}.test.ts`));
    return [...tests].sort((a, b) => rank(a) - rank(b));
  }
};
