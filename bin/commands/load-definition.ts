import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readJson } from '../history/read-json';
import { require as tsRequire } from 'tsx/cjs/api';
import type { PipelineDefinition } from '../../core/pipeline/definition';
import { UsageError } from './usage';

/** Loads the definition of a pipeline folder: the default export of its `pipeline.ts` (or .js, .mjs); or an artifact's. */
export function loadDefinition(path: string): PipelineDefinition {
  const file = definitionFile(resolve(path));
  if (file.endsWith('.json')) return artifactsDefinition(file);
  const { default: exported } = load(file);
  if (exported === null || typeof exported !== 'object')
    throw new UsageError(`${file} exports no definition. Write: export default definePipeline({ … })`);
  return exported as PipelineDefinition;
}

/** Of an artifact that `plumbline check --out` has written. */
function artifactsDefinition(file: string): PipelineDefinition {
  const { definition } = readJson(file) as { definition?: PipelineDefinition };
  if (definition === null || typeof definition !== 'object')
    throw new UsageError(`${file} is no artifact: it has no "definition". \`plumbline check --out\` writes one.`);
  return definition;
}

function load(file: string): { readonly default?: unknown } {
  try {
    return tsRequire(file, __filename) as { default?: unknown };
  } catch (error) {
    // What is wrong with the user's own file; where in the loader it was noticed helps nobody.
    throw new UsageError(`${file} cannot be loaded: ${(error as Error).message}`);
  }
}

/** The file that a pipeline folder, or the file itself, is read from. */
export function definitionFile(path: string): string {
  if (existsSync(path) && statSync(path).isFile()) return path;
  const found = ['pipeline.ts', 'pipeline.mts', 'pipeline.js', 'pipeline.mjs']
    .map((name) => join(path, name))
    .find(existsSync);
  if (!found) throw new UsageError(`There is no pipeline.ts in ${path}. Name a folder that holds one, or the file.`);
  return found;
}
