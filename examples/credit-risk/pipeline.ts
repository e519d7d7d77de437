import {
  type Baseline,
  type Calibration,
  allOf,
  bySegment,
  definePipeline,
  expectedCost,
  heuristic,
  review,
  riskControl,
  safeDefault,
  sagemaker,
  thresholds,
} from '../../lib';
import baseline from './baseline.json';
import evidence from './evidence.json';
import { application, bankHeld } from './fields';
import calibration from './model/calibration.json';
import columns from './model/columns.json';
import trees from './model/model.json';

/** Decides consumer credit: approve, decline, or let a person look. */
export default definePipeline({
  name: 'credit-risk',
  description: 'Approve or decline an application for consumer credit',

  // What an applicant sends.
  input: application,

  features: {
    // What the bank already knows of an applicant. Without it, or a day old, a person decides.
    lookups: { accounts: { key: 'input.applicant_id', fields: bankHeld, maxAge: '24h', onMissing: 'review' } },
    // What is worked out from both: the monthly burden of the loan.
    derived: { instalment: 'double(input.credit_amount) / double(input.duration)' },
  },

  // The model answers how likely the applicant is to default.
  model: sagemaker({
    endpoint: 'credit-risk',
    columns,
    probabilityOf: 'bad',
    calibration: calibration as Calibration,
    trees,
  }),

  decide: {
    outcomes: ['approve', 'decline'],
    labels: ['good', 'bad'],
    // The bank loses five times as much by a default as by a good customer turned away; a review costs half of that.
    costs: { approve: { good: 0, bad: 5 }, decline: { good: 1, bad: 0 }, review: 0.5 },
    rules: [
      { id: 'under-age', when: 'input.age < 18', outcome: 'decline', reason: 'UNDER_AGE' },
      // Above which amount a person must look depends on what it is for.
      {
        table: 'large-loan',
        hit: 'unique',
        inputs: { purpose: 'input.purpose', amount: 'input.credit_amount' },
        rows: [
          { when: { purpose: ['education', 'retraining'], amount: '> 8000' }, route: 'review', reason: 'LARGE_LOAN' },
          { when: { purpose: 'business', amount: '> 12000' }, route: 'review', reason: 'LARGE_LOAN' },
          {
            when: { purpose: { not: ['education', 'retraining', 'business'] }, amount: '> 15000' },
            route: 'review',
            reason: 'LARGE_LOAN',
          },
        ],
        otherwise: 'pass',
      },
    ],
    policy: bySegment(
      // Loans of more than three years are never approved without a person.
      [{ id: 'long-term', when: 'input.duration > 36', policy: thresholds({ decline: { from: 0.6 } }) }],
      // Otherwise: the cheapest of approve, decline and review, where labelled evidence says that at most a fifth of
      // what is decided alone is wrong, with a probability of 90 %.
      allOf(expectedCost(), riskControl({ errors: 0.2, delta: 0.1 })),
    ),
    evidence,
  },

  deadline: '800ms',
  // When the model cannot answer: decline what is clearly too heavy, leave the rest to a person.
  fallback: [
    heuristic({ when: 'features.instalment > 600.0', outcome: 'decline', reason: 'INSTALMENT_TOO_HIGH' }),
    review(),
    safeDefault(null),
  ],
  review: {
    sla: '4h',
    lease: '15m',
    sample: 0.02,
    reasons: ['INCOME_VERIFIED', 'INCOME_NOT_VERIFIED', 'CREDIT_HISTORY'],
  },
  // What follows an approval, whoever gave it: a workflow of the bank's, started once.
  actions: { 'open-account': { on: ['approve'] } },
  drift: { baseline: baseline as Baseline },
  // Of all decisions, those in time, and those that the model had a say in.
  slo: { inDeadline: 0.999, answered: 0.99 },
  // Recorded so that outcomes can be compared by group, and out of reach for model, features and rules.
  protected: ['input.personal_status', 'input.foreign_worker'],
  // What the data set calls the truth.
  history: { label: 'class' },
});
