export {
  allOf,
  bySegment,
  definePipeline,
  expectedCost,
  heuristic,
  llm,
  review,
  riskControl,
  safeDefault,
  sagemaker,
  secondEndpoint,
  thresholds,
} from '../core/pipeline/define';
export { checkDefinition } from '../core/pipeline/check';
export { buildBaseline } from '../core/drift/build-baseline';
export { DefinitionError, formatProblems } from '../core/problem';
export type { Baseline } from '../core/drift/baseline';
export type { Calibration } from '../core/model/calibration';
export type { Column } from '../core/model/encoding';
export type { LlmModel, Prompt, Prompts } from '../core/llm/settings';
export type { JsonSchema, Lookup, PipelineDefinition, Rule, RuleTable } from '../core/pipeline/definition';
export type { PolicyEvidence } from '../core/policy/policy-evidence';
export type { Problem } from '../core/problem';
export { type ActionStep, ActionWorkflow, type ActionWorkflowProps } from './action-workflow';
export type { CanaryOptions } from './canary';
export { type CandidateProps, DecisionPipeline, type DecisionPipelineProps } from './decision-pipeline';
export { PipelineStack, type PipelineStackProps } from './pipeline-stack';
export { loadPrompts } from './prompts';
export { PlatformStack, type PlatformStackProps } from './platform-stack';
export { XgboostEndpoint, type XgboostEndpointProps } from './xgboost-endpoint';
