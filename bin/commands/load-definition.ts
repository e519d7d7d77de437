import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { require as tsRequire } from 'tsx/cjs/api';
import type { PipelineDefinition } from '../../core/pipeline/definition';
import { UsageError } from './usage';

/** Loads the definition of a pipeline folder: the default export of its `pipeline.ts` (or .js, .mjs). */
export function loadDefinition(path: string): PipelineDefinition {
  const file = definitionFile(resolve(path));
  const { default: exported } = tsRequire(file, __filename) as { default?: unknown };
  if (exported === undefined)
    throw new UsageError(`${file} has no default export. Write: export default definePipeline({ … })`);
  return exported as PipelineDefinition;
}

function definitionFile(path: string): string {
  if (existsSync(path) && statSync(path).isFile()) return path;
  const found = ['pipeline.ts', 'pipeline.mts', 'pipeline.js', 'pipeline.mjs']
    .map((name) => join(path, name))
    .find(existsSync);
  if (!found) throw new UsageError(`There is no pipeline.ts in ${path}. Name a folder that holds one, or the file.`);
  return found;
}
