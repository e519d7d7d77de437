import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import type { Calibration } from '../../core/model/calibration';
import type { PipelineDefinition } from '../../core/pipeline/definition';
import type { Policy } from '../../core/policy/policy';
import type { PolicyEvidence } from '../../core/policy/policy-evidence';
import { UsageError } from './usage';

/** What differs from the definition that a refit started from. */
export interface Proposal {
  readonly calibration: Calibration;
  /** Where bands have moved. */
  readonly policy?: Policy;
  /** Where the policy has risk control. */
  readonly evidence?: PolicyEvidence;
}

export function proposalOf(current: PipelineDefinition, { model, decide }: PipelineDefinition): Proposal {
  const moved = JSON.stringify(decide.policy) !== JSON.stringify(current.decide.policy);
  return {
    calibration: model.calibration!,
    ...(moved ? { policy: decide.policy } : {}),
    ...(decide.evidence && decide.evidence !== current.decide.evidence ? { evidence: decide.evidence } : {}),
  };
}

const FILES = ['calibration.json', 'policy.json', 'evidence.json', 'pipeline.ts'];

/** Throws a UsageError where a proposal would overwrite anything. */
export function requireUnwritten(folder: string): void {
  const taken = FILES.map((file) => join(folder, file)).find(existsSync);
  if (taken !== undefined)
    throw new UsageError(`${taken} is there already. Name another folder with --out, or remove that file.`);
}

/**
 * Writes a proposal into a folder of its own, with a definition that is the present one (of `definitionFile`) but for
 * it, so that every command takes the folder for a pipeline. Gives the names of the files.
 */
export function writeProposal(folder: string, definitionFile: string, proposal: Proposal): string[] {
  mkdirSync(folder, { recursive: true });
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text, { flag: 'wx' });
    return name;
  };
  const parts = Object.entries(proposal).map(([name, value]) =>
    write(`${name}.json`, `${JSON.stringify(value, null, name === 'evidence' ? 0 : 2)}\n`),
  );
  return [...parts, write('pipeline.ts', definitionText(importPath(folder, definitionFile), proposal))];
}

function definitionText(from: string, { policy, evidence }: Proposal): string {
  const decide = [...(policy ? ['policy'] : []), ...(evidence ? ['evidence'] : [])];
  return [
    '// Written by plumbline refit: the pipeline as it is, with what its labels ask for.',
    `import current from '${from}';`,
    ...['calibration', ...decide].map((name) => `import ${name} from './${name}.json';`),
    '',
    'export default {',
    '  ...current,',
    '  model: { ...current.model, calibration },',
    ...(decide.length > 0 ? [`  decide: { ...current.decide, ${decide.join(', ')} },`] : []),
    '} as typeof current;',
    '',
  ].join('\n');
}

function importPath(folder: string, file: string): string {
  const path = relative(resolve(folder), file)
    .split(sep)
    .join('/')
    .replace(/\.ts$/, '')
    .replace(/\.mts$/, '.mjs');
  return path.startsWith('.') ? path : `./${path}`;
}
