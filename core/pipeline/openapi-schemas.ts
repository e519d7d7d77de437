import { MODES } from '../decision/decision';
import type { JsonSchema, PipelineDefinition } from './definition';
import { explanationSchemas } from './openapi-explanation';
import { healthSchemas } from './openapi-health';
import { llmSchemas } from './openapi-llm';
import { list, object, orNull, probability, ref, text, time } from './openapi-parts';

const ms: JsonSchema = { type: 'integer', minimum: 0 };

/** An input schema's references start at its own root, which in the document is not the root. */
function underInput(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(underInput);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([keyword, given]) => {
      if (['enum', 'const', 'default', 'examples'].includes(keyword)) return [keyword, given];
      if (keyword === '$ref' && typeof given === 'string' && given.startsWith('#'))
        return [keyword, `#/components/schemas/Input${given.slice(1)}`];
      return [keyword, underInput(given)];
    }),
  );
}

/** The named schemas of a pipeline's OpenAPI document. */
export function openApiSchemas(definition: PipelineDefinition): Record<string, JsonSchema> {
  const { input, decide, review, name, model } = definition;
  const isLlm = model.kind === 'llm';
  const outcome: JsonSchema = { enum: [...decide.outcomes, null] };
  const decision = {
    id: { type: 'string', pattern: '^[0-7][0-9A-HJKMNP-TV-Z]{25}$' },
    pipeline: { const: name },
    version: text,
    at: time,
    status: { enum: ['decided', 'pending_review', 'resolved'] },
    outcome,
    route: { enum: ['automated', 'heuristic', 'review', 'safe_default'] },
    reasons: list(ref('Reason')),
    score: probability,
    confidence: probability,
    mode: { enum: [...MODES] },
    timings: object({ totalMs: ms, featuresMs: ms, modelMs: ms }),
    replayOf: { ...text, description: 'The decision in whose place this one is' },
  };
  const features: JsonSchema = { type: 'object', additionalProperties: true };
  const history = list(
    object({ at: time, type: text, by: text, reason: text, note: text, seconds: { type: 'integer', minimum: 0 } }, [
      ...['by', 'reason', 'note', 'seconds'],
    ]),
  );
  const label: JsonSchema = { enum: [...decide.labels] };
  const truth = object({ label, at: time, observedAt: time }, ['observedAt']);
  const why = { ...text, minLength: 1, maxLength: 500 };
  const modeState = {
    mode: { enum: [...MODES] },
    pinned: { type: 'boolean', description: 'Whether it stays until an operator releases it' },
    since: orNull(time),
    reason: orNull(text),
  };
  // Not told to who reviews a decision blindly.
  const asked: Record<string, JsonSchema> = isLlm ? { llm: ref('LanguageModel') } : {};
  const inputProblem = object({ pointer: text, code: text, detail: text });
  return {
    Input: underInput(input) as JsonSchema,
    DecisionRequest: {
      ...object({ input: ref('Input'), key: { type: 'string', pattern: '^[\\x21-\\x7e]{1,256}$' } }, ['key']),
      additionalProperties: false,
    },
    InputRequest: { ...object({ input: ref('Input') }), additionalProperties: false },
    Decision: object(decision, ['replayOf']),
    Reason: object({ code: text, detail: text }),
    DecisionWithEvidence: object(
      {
        ...decision,
        truth,
        input: ref('Input'),
        features,
        history,
        explanation: ref('Explanation'),
        ...asked,
      },
      ['replayOf', 'truth', 'llm'],
    ),
    ForgottenDecision: object(
      {
        ...decision,
        truth,
        history,
        forgotten: { ...object({ at: time }), description: 'Since when what it said of a person is erased' },
      },
      ['replayOf', 'truth'],
    ),
    ReadDecision: { oneOf: [ref('DecisionWithEvidence'), ref('ForgottenDecision')] },
    ...explanationSchemas(definition),
    ...healthSchemas(),
    ...(isLlm ? llmSchemas(model) : {}),
    LabelledDecision: object({ ...decision, truth }, ['replayOf']),
    TruthRequest: { ...object({ truth: label, observedAt: time }, ['observedAt']), additionalProperties: false },
    Validation: object({ valid: { type: 'boolean' }, problems: list(inputProblem), warnings: list(inputProblem) }),
    Score: object({ features, score: { type: 'number' }, confidence: probability }),
    BatchRequest: {
      ...object(
        {
          input: { type: 'string', pattern: '^s3://[^/]+/in/.+', description: 'A file in the batch bucket' },
          toleratedFailures: { type: 'number', minimum: 0, maximum: 1, default: 1 },
        },
        ['toleratedFailures'],
      ),
      additionalProperties: false,
    },
    Batch: object(
      {
        id: text,
        status: { enum: ['running', 'succeeded', 'failed'] },
        reason: { enum: ['TOO_MANY_FAILURES', 'FILE_CHANGED', 'LINE_TOO_LONG'] },
        total: { type: ['integer', 'null'], description: 'Lines; null until all of the file has been looked at' },
        done: { type: 'integer', description: 'Lines that are decided' },
        failed: { type: 'integer', description: 'Lines that can never be' },
        resultsUri: { ...text, description: 'A decision a line, with the number of its line and its key' },
        errorsUri: { ...text, description: 'Of each line that failed its number, code and problems' },
      },
      ['reason', 'resultsUri', 'errorsUri'],
    ),
    ModeRequest: {
      oneOf: [
        {
          ...object({ mode: { enum: [...MODES] }, pinned: { type: 'boolean', default: true }, reason: why }, [
            'pinned',
          ]),
          additionalProperties: false,
        },
        { ...object({ release: { const: true }, reason: why }), additionalProperties: false },
      ],
    },
    ModeState: object(modeState),
    Status: object(
      {
        ...modeState,
        version: text,
        fallbacks: object({
          since: { ...time, type: ['string', 'null'], description: 'Start of the windows that were counted' },
          decisions: { type: 'integer', description: 'Decisions that they hold' },
          shares: {
            type: 'object',
            additionalProperties: { type: 'number' },
            description:
              'By reason code, the share of decisions without a model answer or a looked-up value, such as ' +
              'MODEL_TIMEOUT, MODEL_CIRCUIT_OPEN or FEATURES_STALE',
          },
        }),
        ...(isLlm ? { prompts: ref('PromptsState') } : {}),
        alarms: list(object({ name: text, state: text, since: time }, ['since'])),
        candidate: object({
          version: text,
          share: { type: 'number', description: 'Of the requests that it decides' },
          compared: { type: 'integer', description: 'Decisions, made by either, that both were put to' },
          flips: { type: 'integer', description: 'Those that it decides otherwise' },
          costPerDecision: {
            type: ['number', 'null'],
            description: 'By how much its choices cost more in expectation, by the live prices',
          },
        }),
      },
      ['candidate'],
    ),
    Backlog: object({
      backlog: { type: 'integer', minimum: 0 },
      more: { type: 'boolean', description: 'Whether there are more than the items listed' },
      oldestAgeSeconds: { type: 'integer' },
      items: list(
        object({
          id: text,
          at: time,
          ageSeconds: { type: 'integer' },
          reviewBy: { type: ['string', 'null'], format: 'date-time' },
          slaSeconds: { type: ['integer', 'null'], description: 'Until the safe default; negative when overdue' },
        }),
      ),
    }),
    Claim: object({ id: text, lease: text, expiresAt: time, task: ref('Task') }),
    Task: object(
      {
        decision: ref('Decision'),
        input: ref('Input'),
        features,
        explanation: ref('Explanation'),
        reviewBy: { type: ['string', 'null'], format: 'date-time' },
        outcomes: list(text),
        reasons: list(text),
        ...asked,
      },
      ['llm'],
    ),
    Lease: object({ lease: text }),
    Released: object({ id: text }),
    Extension: object({ id: text, expiresAt: time }, ['id']),
    Resolution: object(
      {
        lease: text,
        outcome: { enum: [...decide.outcomes] },
        reason: { enum: [...(review.reasons ?? []), 'OTHER'] },
        note: { type: 'string', maxLength: 1000 },
      },
      ['note'],
    ),
    Problem: object(
      {
        type: text,
        title: text,
        status: { type: 'integer' },
        detail: text,
        code: text,
        problems: list(inputProblem),
        ...(isLlm ? { limited: ref('Limited') } : {}),
      },
      ['problems', 'limited'],
    ),
  };
}
