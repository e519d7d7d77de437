import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { SchemaValidator } from '../../core/input/validate';
import type { Artifact } from '../../core/pipeline/artifact';
import { type Pipeline, compilePipeline } from '../../core/pipeline/compile';

// Synth lays the artifact beside the bundle; the bundle's banner defines __dirname.

/** The pipeline of this function, compiled once at init. */
export const loadPipeline = (): Pipeline => compilePipeline(loadArtifact());

export const loadArtifact = (): Artifact =>
  JSON.parse(readFileSync(join(__dirname, 'artifact.json'), 'utf8')) as Artifact;

/** The candidate that stands beside the live definition, if there is one, and its share of the requests. */
export function loadCandidate(): { readonly pipeline: Pipeline; readonly share: number } | undefined {
  const file = join(__dirname, 'candidate.json');
  if (!existsSync(file)) return undefined;
  const { artifact, share } = JSON.parse(readFileSync(file, 'utf8')) as { artifact: Artifact; share: number };
  return { pipeline: compilePipeline(artifact), share };
}

/** The OpenAPI document that synth generated. */
export const loadOpenApi = (): unknown => JSON.parse(readFileSync(join(__dirname, 'openapi.json'), 'utf8'));

/** The validator that synth generated for the pipeline's input. */
export async function loadValidator(): Promise<SchemaValidator> {
  const module = (await import(pathToFileURL(join(__dirname, 'validator.mjs')).href)) as { default: SchemaValidator };
  return module.default;
}
