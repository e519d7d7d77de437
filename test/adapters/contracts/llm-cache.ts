import { randomUUID } from 'node:crypto';
import type { LlmCacheStores } from '../../../adapters/memory-llm-cache';
import type { CacheEntry } from '../../../core/llm/cache/ports';
import { EVIDENCE_PERIOD_MS, NO_EVIDENCE } from '../../../core/llm/cache/threshold';

/** What every store of the language models' caches keeps to. `make` gives one that may hold other entries. */
export function llmCacheContract(name: string, make: () => LlmCacheStores): void {
  const NOW = Date.parse('2026-11-23T09:00:00.000Z');
  const signal = AbortSignal.timeout(60_000);

  const entryOf = (over: Partial<CacheEntry> = {}): CacheEntry => ({
    key: randomUUID(),
    partition: randomUUID(),
    caller: randomUUID(),
    prompt: randomUUID(),
    decision: randomUUID(),
    answer: '{"outcome":"approve"}',
    askedAt: NOW,
    until: NOW + 60_000,
    meaning: { text: 'May [NAME] pay?', hidden: 'h', vector: Int8Array.of(-127, -1, 0, 1, 127) },
    ...over,
  });
  const keysOf = ({ partition, caller, prompt }: CacheEntry) => ({ id: partition, caller, prompt });

  describe(`store of answers: ${name}`, () => {
    const { store } = make();
    const get = (entry: CacheEntry, now = NOW + 1) => store.get(keysOf(entry), [entry.key], now, signal);

    test('what is kept is found as it was, until it ends', async () => {
      const entry = entryOf();
      const { meaning: _, ...plain } = entryOf();
      for (const one of [entry, plain]) {
        expect(await get(one)).toEqual([]);
        await store.put(one, signal);
        expect(await get(one)).toEqual([one]);
        expect(await get(one, one.until - 1)).toEqual([one]);
        expect(await get(one, one.until)).toEqual([]);
      }
    });

    test('several are found at once, and an entry of another partition is not', async () => {
      const first = entryOf();
      const second = { ...entryOf(), partition: first.partition };
      const other = entryOf();
      for (const entry of [first, second, other]) await store.put(entry, signal);
      const keys = [second.key, randomUUID(), other.key, first.key];
      expect(await store.get(keysOf(first), keys, NOW + 1, signal)).toEqual([second, first]);
    });

    test.each([
      ['key', ({ key }: CacheEntry) => ({ key })],
      ['decision', ({ decision }: CacheEntry) => ({ decision })],
      ['caller', ({ caller }: CacheEntry) => ({ caller })],
      ['prompt', ({ prompt }: CacheEntry) => ({ prompt })],
    ])('purged by its %s, an entry is gone, and no other', async (_, of) => {
      const entry = entryOf();
      const other = entryOf();
      for (const one of [entry, other]) await store.put(one, signal);
      expect(await store.purge(of(entry), NOW + 1)).toEqual([entry]);
      expect([await get(entry), await get(other)]).toEqual([[], [other]]);
      expect(await store.purge(of(entry), NOW + 1)).toEqual([]);
    });

    test.each(['caller', 'prompt'] as const)(
      'what was asked before all of a %s was purged is not found, even if it is written later',
      async (of) => {
        const late = entryOf();
        await store.purge(of === 'caller' ? { caller: late.caller } : { prompt: late.prompt }, NOW);
        await store.put(late, signal);
        expect(await get(late)).toEqual([]);
        const asked = { ...late, askedAt: NOW + 1 };
        await store.put(asked, signal);
        expect(await get(asked, NOW + 2)).toEqual([asked]);
      },
    );

    test('a decision whose answer has been replaced purges nothing', async () => {
      const entry = entryOf();
      const later = { ...entry, decision: randomUUID(), askedAt: NOW + 1 };
      for (const one of [entry, later]) await store.put(one, signal);
      expect(await store.purge({ decision: entry.decision }, NOW + 5)).toEqual([]);
      expect(await get(later, NOW + 2)).toEqual([later]);
    });
  });

  describe(`index of embeddings: ${name}`, () => {
    const { index } = make();
    const indexed = (partition: string, ...buckets: string[]) => {
      return { key: randomUUID(), partition, buckets, sketch: Uint8Array.of(1, 2, 255), until: NOW + 60_000 };
    };
    const found = async (partition: string, ...buckets: string[]) =>
      (await index.candidates(partition, buckets, signal)).map(({ key }) => key).sort();

    test('an entry is found once by any of its buckets, with its sketch, in its partition alone', async () => {
      const partition = randomUUID();
      const [a, b] = [indexed(partition, '0-a', '1-a'), indexed(partition, '0-a', '1-b')];
      for (const entry of [a, b, a]) await index.add(entry, signal);
      expect(await index.candidates(partition, ['1-a', '0-x'], signal)).toEqual([{ key: a.key, sketch: a.sketch }]);
      expect(await found(partition, '0-a', '1-a', '1-b')).toEqual([a.key, b.key].sort());
      expect(await found(randomUUID(), '0-a')).toEqual([]);
      await index.remove(a);
      await index.remove(a);
      expect(await found(partition, '0-a', '1-a')).toEqual([b.key]);
    });

    test('many who add to a bucket at once are all in it', async () => {
      const partition = randomUUID();
      const entries = Array.from({ length: 20 }, () => indexed(partition, '0-a'));
      await Promise.all(entries.map((entry) => index.add(entry, signal)));
      expect(await found(partition, '0-a')).toEqual(entries.map(({ key }) => key).sort());
    });
  });

  describe(`evidence of hits: ${name}`, () => {
    const { evidence } = make();

    test('counts add up by bin, in this period and the next', async () => {
      const scope = randomUUID();
      expect(await evidence.read(scope, NOW, signal)).toEqual(NO_EVIDENCE);
      await Promise.all([0, 1, 2].map(() => evidence.add(scope, 3, true, NOW, signal)));
      await evidence.add(scope, 0, false, NOW + EVIDENCE_PERIOD_MS, signal);
      const right = [0, 0, 0, 3];
      const wrong = [1, 0, 0, 0];
      expect(await evidence.read(scope, NOW, signal)).toEqual({ ...NO_EVIDENCE, right });
      expect(await evidence.read(scope, NOW + EVIDENCE_PERIOD_MS, signal)).toEqual({ right, wrong });
      expect(await evidence.read(scope, NOW + 2 * EVIDENCE_PERIOD_MS, signal)).toEqual({ ...NO_EVIDENCE, wrong });
      expect(await evidence.read(randomUUID(), NOW, signal)).toEqual(NO_EVIDENCE);
    });
  });
}
