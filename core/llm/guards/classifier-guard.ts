import type { TextClassifier } from './ports';
import type { GuardAnswer } from './run-guards';

/** Such classifiers read 512 tokens; what is longer would be cut off, and an attack behind that be missed. */
const PIECE = 1_200;
const OVERLAP = 200;
const MOST_PIECES = 16;

/** The worst that a classifier says of any part of the texts; a failure of one part is one of all. */
export function classifierGuard(
  classifier: TextClassifier,
): (texts: readonly string[], signal: AbortSignal) => Promise<GuardAnswer> {
  return async (texts, signal) => {
    const pieces = texts.flatMap(piecesOf);
    if (pieces.length > MOST_PIECES) return { failed: 'size' };
    const answers = await Promise.all(pieces.map((piece) => classifier.classify(piece, signal)));
    const scores: number[] = [];
    for (const answer of answers) {
      if ('failed' in answer) return answer;
      if (!(answer.score >= 0 && answer.score <= 1)) return { failed: 'garbage' };
      scores.push(answer.score);
    }
    return { score: Math.max(0, ...scores), code: 'classifier' };
  };
}

function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  for (let start = 0; start === 0 || start + OVERLAP < text.length; start += PIECE - OVERLAP)
    pieces.push(text.slice(start, start + PIECE).toWellFormed());
  return pieces.filter((piece) => piece.trim() !== '');
}
