import fc from 'fast-check';
import {
  BINS,
  type Evidence,
  NO_EVIDENCE,
  binOf,
  checksToOpen,
  isProven,
  mergeEvidence,
  withChecked,
} from '../../../../core/llm/cache/threshold';
import { randomOf } from '../../../../core/random';

const WRONG_HITS = 0.02;

/** A stream of near questions: each bin's true share of wrong ones, which may change half-way. */
function serve(seed: number, before: readonly number[], after: readonly number[] = before, questions = 20_000) {
  const random = randomOf(seed);
  let evidence: Evidence = NO_EVIDENCE;
  let [served, wrongServed] = [0, 0];
  for (let i = 0; i < questions; i++) {
    const bin = Math.floor(random() * BINS.length);
    const isWrong = random() < (i < questions / 2 ? before : after)[bin]!;
    if (!isProven(evidence, bin, WRONG_HITS) || random() < 0.1) evidence = withChecked(evidence, bin, !isWrong);
    else {
      served++;
      wrongServed += Number(isWrong);
    }
  }
  return { served, share: wrongServed / questions, rate: served > 0 ? wrongServed / served : 0 };
}

test('without evidence nothing is served', () => {
  expect(BINS.map((_, bin) => isProven(NO_EVIDENCE, bin, WRONG_HITS))).toEqual(BINS.map(() => false));
  expect([binOf(BINS[0] - 1e-9), binOf(BINS[0]), binOf(1)]).toEqual([undefined, 0, BINS.length - 1]);
});

test('how many right ones in a row open a bin is told, and one fewer does not', () => {
  for (const bound of [0.005, 0.01, 0.05]) {
    const checks = checksToOpen(bound);
    expect(isProven({ right: [checks], wrong: [0] }, 0, bound)).toBe(true);
    expect(isProven({ right: [checks - 1], wrong: [0] }, 0, bound)).toBe(false);
  }
  expect(checksToOpen(0.01)).toBe(517);
});

test('where it is easy, most near questions are served', () => {
  const { served, rate } = serve(1, [0.001, 0.001, 0, 0]);
  expect(served).toBeGreaterThan(14_000);
  expect(rate).toBeLessThan(WRONG_HITS);
});

test('a bin with as many wrong ones as the bound, or more, hardly ever opens, however often one looks', () => {
  let opened = 0;
  const runs = 200;
  for (let run = 0; run < runs; run++) {
    const random = randomOf(run);
    let evidence: Evidence = NO_EVIDENCE;
    for (let i = 0; i < 2_500; i++) {
      evidence = withChecked(evidence, 0, random() >= WRONG_HITS);
      if (isProven(evidence, 0, WRONG_HITS)) {
        opened++;
        break;
      }
    }
  }
  // 0.05 / 4 is promised: two or three expected, and eleven would be a chance of one in ten thousand.
  expect(opened).toBeLessThan(11);
});

test('the share of wrong hits stays below the bound in the long run, whatever the error of each bin is', () => {
  const rate = fc.constantFrom(0, 0.002, 0.01, 0.02, 0.03, 0.1, 0.4);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e6 }), fc.tuple(rate, rate, rate, rate), (seed, rates) => {
      const { served, rate: wrong } = serve(seed, rates);
      if (served > 0) expect(wrong).toBeLessThan(WRONG_HITS);
    }),
    { seed: 11, numRuns: 40 },
  );
});

test('bins that turn bad are closed before one in fifty of all near questions got a wrong hit', () => {
  for (let seed = 0; seed < 5; seed++) {
    const { share, served } = serve(seed, [0, 0, 0, 0], [0.4, 0.4, 0.4, 0.4]);
    expect(served).toBeGreaterThan(0);
    expect(share).toBeLessThan(WRONG_HITS);
  }
});

test('counts of several processes add up in any order', () => {
  const counts = fc.array(fc.nat(1_000), { minLength: BINS.length, maxLength: BINS.length });
  const evidence = fc.record({ right: counts, wrong: counts });
  fc.assert(
    fc.property(evidence, evidence, evidence, (a, b, c) => {
      expect(mergeEvidence(a, mergeEvidence(b, c))).toEqual(mergeEvidence(mergeEvidence(c, a), b));
      expect(mergeEvidence(a, NO_EVIDENCE)).toEqual(a);
    }),
    { seed: 3 },
  );
});
