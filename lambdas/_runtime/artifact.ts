import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { SchemaValidator } from '../../core/input/validate';
import type { XgboostJson } from '../../core/model/xgboost';
import type { Artifact } from '../../core/pipeline/artifact';

// Synth lays the artifact beside the bundle; the bundle's banner defines __dirname.

export const loadArtifact = (): Artifact => read<Artifact>('artifact.json')!;

/** The candidate that stands beside the live definition, if there is one, and its share of the requests. */
export const loadCandidateArtifact = () =>
  read<{ readonly artifact: Artifact; readonly share: number }>('candidate.json');

/** Whatever decides here, the live definition first, with the trees that explain its scores. */
export function loadDeciding(): readonly [Artifact, ...Artifact[]] {
  const live = { ...loadArtifact(), trees: read<XgboostJson>('trees.json') };
  const candidate = loadCandidateArtifact();
  return candidate ? [live, { ...candidate.artifact, trees: read<XgboostJson>('candidate-trees.json') }] : [live];
}

/** The live definition's trees, in the functions that carry them. */
export const loadTrees = () => read<XgboostJson>('trees.json');

/** The OpenAPI document that synth generated. */
export const loadOpenApi = (): unknown => read('openapi.json');

/** The validator that synth generated for the pipeline's input. */
export const loadValidator = (): Promise<SchemaValidator> => importValidator('validator.mjs');

/** Those of the answers of language models, of the live definition and of the candidate; undefined for other models. */
export async function loadAnswerValidators() {
  const load = (name: string) => (existsSync(join(__dirname, name)) ? importValidator(name) : undefined);
  const [live, candidate] = await Promise.all([load('answer.mjs'), load('candidate-answer.mjs')]);
  return { live, candidate };
}

async function importValidator(name: string): Promise<SchemaValidator> {
  const module = (await import(pathToFileURL(join(__dirname, name)).href)) as { default: SchemaValidator };
  return module.default;
}

/** A file's content; undefined where synth had no cause to lay the file there. */
function read<T>(name: string): T | undefined {
  const file = join(__dirname, name);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as T) : undefined;
}
