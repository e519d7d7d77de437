export const CLASSIFIER_FAILURES = ['slow', 'error', 'garbage'] as const;

/** The share of belief, from 0 to 1, that a text attacks; or why there is none. */
export type Classified = { readonly score: number } | { readonly failed: (typeof CLASSIFIER_FAILURES)[number] };

/** A model that judges a text, such as one behind an endpoint. */
export interface TextClassifier {
  /** Never throws: a failure is a value. */
  classify(text: string, signal: AbortSignal): Promise<Classified>;
}
