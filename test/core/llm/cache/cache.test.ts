import fc from 'fast-check';
import { memoryLlmCache } from '../../../../adapters/memory-llm-cache';
import { type Question, llmCache } from '../../../../core/llm/cache/cache';
import { lshOf } from '../../../../core/llm/cache/lsh';
import { type PartitionParts, entryKey, partitionOf } from '../../../../core/llm/cache/partition';
import type { Embedder } from '../../../../core/llm/cache/ports';
import { BINS, checksToOpen } from '../../../../core/llm/cache/threshold';
import { randomOf } from '../../../../core/random';

const NOW = Date.parse('2026-11-23T09:00:00.000Z');
const HOUR = 3_600_000;
const PARTS: PartitionParts = { caller: 'ann', pipeline: 'mail', prompt: 'p1', policy: 'v1', model: 'm1' };
const LSH = lshOf({ dimensions: 16, tables: 4, bits: 4, probes: 2 });

/** Takes texts for near that have the same letters, whatever their order: as blind to meaning as a bad model. */
const letters: Embedder = {
  embed: async (texts) => ({
    vectors: texts.map((text) => {
      const counts = Array.from({ length: 16 }, () => 0.01);
      for (const char of text.toLowerCase()) counts[char.charCodeAt(0) % 16]! += 1;
      return counts;
    }),
  }),
};

function setUp({ embedder = letters, verify = 0.1 } = {}) {
  const stores = memoryLlmCache();
  const semantic = {
    embedder,
    index: stores.index,
    evidence: stores.evidence,
    lsh: LSH,
    ttlMs: 2 * HOUR,
    wrongHits: 0.05,
    verify,
  };
  const cache = llmCache({ store: stores.store, secret: 's', exactTtlMs: HOUR, semantic });
  const signal = new AbortController().signal;
  let serial = 0;
  return {
    ...stores,
    cache,
    keep: (question: Question, over: object = {}) =>
      cache.keep(
        question,
        { decision: `d${++serial}`, answer: `a${serial}`, guardsPassed: true, askedAt: NOW, ...over },
        signal,
      ),
    find: (question: Question, now = NOW + 1, draw = 0.5) => cache.lookUp(question, { now, draw, signal }),
    /** As if so many hits of each bin had been checked. */
    async prove(parts = PARTS, right = true) {
      const { scope } = partitionOf('s', parts);
      for (const bin of BINS.keys())
        for (let i = 0; i < checksToOpen(0.05); i++)
          await cache.checked({ scope, bin, answer: '' }, right, NOW, signal);
    },
  };
}

const ask = (text: string, parts = PARTS, hidden: readonly string[] = []): Question => ({
  parts,
  input: { text, hidden },
  text,
  hidden,
});

test('the same input gets the same answer, for as long as it lives', async () => {
  const { keep, find } = setUp();
  await keep({ parts: PARTS, input: { b: 1, a: 2 } });
  const again = { parts: PARTS, input: { a: 2, b: 1 } };
  expect(await find(again)).toEqual({ hit: 'exact', answer: 'a1', decision: 'd1' });
  expect(await find({ parts: PARTS, input: { a: 2 } })).toEqual({ hit: null, reason: 'none' });
  expect(await find(again, NOW + HOUR)).toEqual({ hit: null, reason: 'none' });
});

test('an answer that an output guard refused is not kept', async () => {
  const { keep, find } = setUp();
  expect(await keep(ask('May I pay?'), { guardsPassed: false })).toBe(false);
  expect(await find(ask('May I pay?'))).toMatchObject({ hit: null });
});

const names = fc.constantFrom('', 'a', 'b', 'a"', 'a,b', '","', 'ann', '["a"]');
const parts = fc.record({ caller: names, pipeline: names, prompt: names, policy: names, model: names });

test('no hit, exact or semantic, ever crosses a caller, pipeline, prompt, policy or model', async () => {
  await fc.assert(
    fc.asyncProperty(parts, parts, fc.constantFrom('May I pay later?', 'x', ''), async (one, other, text) => {
      const { keep, find, prove } = setUp();
      await keep(ask(text, one));
      for (const of of [one, other]) await prove(of);
      const same = JSON.stringify(one) === JSON.stringify(other);
      expect((await find(ask(text, other))).hit).toBe(same ? 'exact' : null);
      expect((await find(ask(`${text} please`, other))).hit).toBe(same && text.length > 1 ? 'semantic' : null);
      const [a, b] = [partitionOf('s', one), partitionOf('s', other)];
      expect(a.id === b.id).toBe(same);
      expect(entryKey('s', a, { text }) === entryKey('s', b, { text })).toBe(same);
    }),
    { seed: 5, numRuns: 100 },
  );
});

test('parts that differ in one member alone are apart, and so are those of another secret', () => {
  const ids = Object.keys(PARTS).map((name) => partitionOf('s', { ...PARTS, [name]: 'other' }).id);
  expect(new Set([...ids, partitionOf('s', PARTS).id, partitionOf('t', PARTS).id]).size).toBe(7);
});

test('what says the same is served once enough hits were right, and checked now and then', async () => {
  const { keep, find, prove } = setUp();
  await keep(ask('How do I reset my password?'));
  const near = ask('hi, how can I reset my password');
  expect(await find(near)).toMatchObject({ hit: null, reason: 'unproven', check: { answer: 'a1' } });
  await prove();
  // What is known of hits is read every ten seconds.
  const later = NOW + 11_000;
  expect(await find(near, later)).toMatchObject({ hit: 'semantic', answer: 'a1', decision: 'd1' });
  expect(await find(near, later, 0.05)).toMatchObject({ hit: null, reason: 'verify', check: { answer: 'a1' } });
  expect(await find(ask('Reset the password? How do I not'), later)).toMatchObject({ hit: null, reason: 'guard' });
  expect(await find(near, NOW + 2 * HOUR)).toMatchObject({ hit: null, reason: 'none' });
  await prove(PARTS, false);
  expect(await find(near, later + 11_000)).toMatchObject({ hit: null, reason: 'unproven' });
});

test('two questions about different people are different, though masking makes one text of them', async () => {
  const { keep, find, prove } = setUp();
  await prove();
  const text = 'May [NAME] pay later?';
  await keep(ask(text, PARTS, ['Ann']));
  expect(await find(ask(text, PARTS, ['Ben']))).toMatchObject({ hit: null, reason: 'guard', guard: 'hidden' });
  expect(await find({ ...ask(`${text} please`), hidden: ['Ann'] })).toMatchObject({ hit: 'semantic' });
});

test('neither the caller nor what was masked is stored', async () => {
  const { keep, store } = setUp();
  const question = ask('May [NAME] pay?', { ...PARTS, caller: 'caller-ann', prompt: 'prompt-hash' }, ['Ann Smith']);
  await keep(question);
  const partition = partitionOf('s', question.parts);
  const stored = await store.get(partition, [entryKey('s', partition, question.input)], NOW, AbortSignal.timeout(9));
  expect(stored).toHaveLength(1);
  expect(JSON.stringify(stored)).not.toMatch(/ann|smith|prompt-hash/i);
});

test.each([
  ['question', { question: ask('May I pay?') }, 1],
  ['decision', { decision: 'd1' }, 1],
  ['prompt', { prompt: 'p1' }, 2],
  ['caller', { caller: 'ann' }, 2],
] as const)('purged by %s, an answer is not given again', async (_, of, gone) => {
  const { cache, keep, find } = setUp();
  const other = ask('May I leave?', { ...PARTS, caller: 'ben', prompt: 'p2' });
  for (const question of [ask('May I pay?'), ask('May I go?'), other]) await keep(question);
  expect(await cache.purge(of, NOW + 1)).toBe(gone);
  expect((await find(ask('May I pay?'), NOW + 2)).hit).toBeNull();
  expect((await find(other, NOW + 2)).hit).toBe('exact');
});

describe('a cache that fails is a miss', () => {
  const broken = () => Promise.reject(new Error('down'));
  const hangs = () => new Promise<never>(() => {});
  const { store, index, evidence } = memoryLlmCache();
  const lookUp = async (over: object, semanticOver: object, signal: AbortSignal) => {
    const semantic = {
      embedder: letters,
      index,
      evidence,
      lsh: LSH,
      ttlMs: HOUR,
      wrongHits: 0.05,
      verify: 0,
      ...semanticOver,
    };
    const cache = llmCache({ store, secret: 's', exactTtlMs: HOUR, semantic, ...over });
    const kept = await cache.keep(ask('x y'), { decision: 'd', answer: 'a', guardsPassed: true, askedAt: NOW }, signal);
    await cache.checked({ scope: 'x', bin: 0, answer: '' }, true, NOW, signal);
    return [kept, await cache.lookUp(ask('May I?'), { now: NOW + 1, draw: 0.5, signal })];
  };
  const never = new AbortController().signal;

  test.each([
    ['store', { store: { get: broken, put: broken, purge: broken } }, {}, [false, { hit: null, reason: 'failed' }]],
    [
      'index',
      {},
      { index: { add: broken, candidates: broken, remove: broken } },
      [false, { hit: null, reason: 'failed' }],
    ],
    [
      'embedder',
      {},
      { embedder: { embed: async () => ({ failed: 'X' }) } },
      [true, { hit: null, reason: 'embedding' }],
    ],
    ['embedder that throws', {}, { embedder: { embed: broken } }, [false, { hit: null, reason: 'failed' }]],
    ['evidence', {}, { evidence: { read: broken, add: broken } }, [true, expect.objectContaining({ hit: null })]],
  ])('%s', async (_, over, semantic, expected) => {
    expect(await lookUp(over, semantic, never)).toEqual(expected);
  });

  test('one that does not answer is given up with its signal', async () => {
    const late = AbortSignal.timeout(20);
    const store = { get: hangs, put: hangs, purge: hangs };
    expect(await lookUp({ store }, {}, late)).toEqual([false, { hit: null, reason: 'late' }]);
  });

  test('but a purge that fails says so', async () => {
    const cache = llmCache({ store: { get: broken, put: broken, purge: broken }, secret: 's', exactTtlMs: 1 });
    await expect(cache.purge({ caller: 'ann' }, NOW)).rejects.toThrow('down');
  });
});

test('near vectors share a bucket, and the same seed cuts the same way', () => {
  const random = randomOf(3);
  const lsh = lshOf({ dimensions: 64, tables: 8, bits: 10, probes: 3 });
  const again = lshOf({ dimensions: 64, tables: 8, bits: 10, probes: 3 });
  const vector = () => Array.from({ length: 64 }, () => random() - 0.5);
  let [near, far] = [0, 0];
  for (let i = 0; i < 200; i++) {
    const [a, other] = [vector(), vector()];
    expect(again.buckets(a)).toEqual(lsh.buckets(a));
    const probed = new Set(lsh.probes(a));
    const shares = (b: readonly number[]) => Number(lsh.buckets(b).some((bucket) => probed.has(bucket)));
    near += shares(a.map((x) => x + 0.2 * (random() - 0.5)));
    far += shares(other);
  }
  expect(near).toBeGreaterThan(195);
  expect(far).toBeLessThan(40);
});
