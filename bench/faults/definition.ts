import creditRisk from '../../examples/credit-risk/pipeline';

/** The example without its random sample, so that each decision can be told beforehand, and with reviews that soon end. */
export const definition = { ...creditRisk, review: { sla: '8s', lease: '5s' } };
export const DEADLINE_MS = 800;
