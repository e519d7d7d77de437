import { type Pipeline, compilePipeline } from '../../core/pipeline/compile';
import { loadArtifact, loadCandidateArtifact } from './artifact';

/** The pipeline of this function, compiled once at init. */
export const loadPipeline = (): Pipeline => compilePipeline(loadArtifact());

/** The candidate that stands beside the live definition, if there is one, and its share of the requests. */
export function loadCandidate(): { readonly pipeline: Pipeline; readonly share: number } | undefined {
  const candidate = loadCandidateArtifact();
  return candidate && { pipeline: compilePipeline(candidate.artifact), share: candidate.share };
}
