import { makeArtifact } from '../../core/pipeline/make-artifact';
import creditRisk from '../../examples/credit-risk/pipeline';

/** The example without its random sample, so that each decision can be told beforehand, and with reviews that soon end. */
export const definition = { ...creditRisk, review: { sla: '8s', lease: '5s' } };
/** What must never have been deployed: it asks a model that is not there. */
export const badDefinition = {
  ...definition,
  deadline: '500ms',
  model: { ...definition.model, endpoint: 'no-such-model' },
};
export const BAD_VERSION = makeArtifact(badDefinition).version;
export const DEADLINE_MS = 800;
