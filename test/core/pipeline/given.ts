import { checkDefinition } from '../../../core/pipeline/check';
import type { PipelineDefinition } from '../../../core/pipeline/definition';
import type { Problem } from '../../../core/problem';
import { creditRisk } from '../credit';
import { changed } from './change';

type Changes = Readonly<Record<string, unknown>>;

/** The example with values put at paths; undefined takes the member away. */
export const given = (changes: Changes): PipelineDefinition =>
  Object.entries(changes).reduce<unknown>(
    (definition, [path, value]) => changed(definition, path.split('.'), value),
    creditRisk,
  ) as PipelineDefinition;

export const check = (changes: Changes): Problem[] => checkDefinition(given(changes));

/** Code and path of every problem. */
export const found = (changes: Changes): string[] => check(changes).map(({ code, path }) => `${code} ${path}`);
