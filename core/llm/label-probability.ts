import type { Token } from './chat';

/**
 * Probability of one of the labels, from the log-probabilities of the tokens that write the label's value, which
 * begins at byte `at` of the text that the tokens make. At each token the likeliest alternatives share out what is left
 * among the labels that they could still become, until what was written is one label alone. Only what could be a label
 * counts: the shares add up to 1. Undefined where the tokens do not tell.
 */
export function labelProbability(
  tokens: readonly Token[],
  at: number,
  labels: readonly string[],
  of: string,
): number | undefined {
  const written = labels.map((label) => ({ label, text: toBytes(JSON.stringify(label).slice(1)) }));
  const couldBe = (text: string) =>
    written.filter((one) => (text.length < one.text.length ? one.text.startsWith(text) : text.startsWith(one.text)));
  const mass = new Map(labels.map((label) => [label, 0]));
  const give = (to: readonly { readonly label: string }[], probability: number) => {
    for (const { label } of to) mass.set(label, mass.get(label)! + probability / to.length);
  };

  let offset = 0;
  let seen = '';
  let left = 1;
  for (const { bytes: token, logprob, top } of tokens) {
    const lead = token.slice(0, Math.max(0, at - offset));
    offset += token.length;
    if (offset <= at) continue;
    for (const { bytes: alternative, logprob: other } of top) {
      if (alternative === token || !alternative.startsWith(lead) || alternative.length === lead.length) continue;
      give(couldBe(seen + alternative.slice(lead.length)), left * Math.exp(other));
    }
    seen += token.slice(lead.length);
    left *= Math.exp(logprob);
    const open = couldBe(seen);
    if (open.length > 1) continue;
    give(open, left);
    const all = [...mass.values()].reduce((sum, one) => sum + one, 0);
    return open.length === 1 && all > 0 ? mass.get(of)! / all : undefined;
  }
  return undefined;
}

/** One character a byte of UTF-8. */
export const toBytes = (text: string): string =>
  Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('');
