import { outsideBaseline } from '../../core/drift/plausible';
import { validateInput } from '../../core/input/validate';
import { apiHandler } from '../_runtime/api-handler';
import { loadArtifact, loadValidator } from '../_runtime/artifact';
import { readCaller } from '../_runtime/caller';
import { json, problem } from '../_runtime/http';
import { readEnvelope } from '../_runtime/read-input';

const { definition } = loadArtifact();
const validator = await loadValidator();

/** POST /validations: what is wrong with an input; nothing is recorded. */
export const handler = apiHandler(async (request) => {
  if (!readCaller(request)) return problem(403, 'UNSIGNED', 'Sign the request with IAM credentials (SigV4).');
  const read = readEnvelope(request, { keyed: false });
  if ('refusal' in read) return read.refusal;
  const { input } = read.body;
  const problems = validateInput(validator, input);
  const warnings = problems.length > 0 ? [] : outsideBaseline(definition.drift?.baseline, input);
  return json(200, { valid: problems.length === 0, problems, warnings });
});
