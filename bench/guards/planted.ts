import type { Bag } from './fit-network';

/** Most sentences of a carrier that are kept: with what is planted there are as many as the guard embeds. */
const LONGEST_CARRIER = 30;
/** Of the things planted, at most so many sentences. */
const LONGEST_PLANT = 6;

export interface Source {
  readonly bag: Bag;
  readonly kind: string;
}

/** Kinds of attacks that stand in a text of their own already. */
const STANDS_IN_A_TEXT = /^(?:indirect|planted|offtopic)/;
/** Honest when they are the whole text; in somebody else's mail they are addressed to the model that reads it. */
const REQUESTS = /^(?:request|prompting)$/;
/** Benign texts to plant in: mails and documents, real ones above all. */
const CARRIERS = /ham|spam|readme|mail|document/;

export interface Mixture {
  /** Requests planted, a share of them an epoch. */
  readonly requests: number;
  /** Benign pieces planted in benign texts, for each planted attack. */
  readonly patches: number;
}

/**
 * The bags of an epoch: the texts as they are, each attack once more in a part of a random carrier, some honest requests in
 * the same way, and pieces of benign texts in others, which stand there as strangely and are no attack.
 */
export function withPlanted(
  sources: readonly Source[],
  { requests, patches }: Mixture,
): (random: () => number) => Bag[] {
  const carriers = sources.filter(({ bag, kind }) => !bag.attack && CARRIERS.test(kind) && bag.vectors.length >= 3);
  const attacks = sources.filter(
    ({ bag, kind }) => bag.attack && !STANDS_IN_A_TEXT.test(kind) && bag.vectors.length <= LONGEST_PLANT,
  );
  const asked = sources.filter(
    ({ bag, kind }) => !bag.attack && REQUESTS.test(kind) && bag.vectors.length <= LONGEST_PLANT,
  );
  return (random) => {
    const one = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
    const planted = attacks.map(({ bag }) => plant(bag, one(carriers).bag, true, bag.weight, random));
    const wanted = asked
      .filter(() => random() < requests)
      .map(({ bag }) => plant(bag, one(carriers).bag, true, bag.weight / 2, random));
    const mixed = Array.from({ length: Math.floor(patches * planted.length) }, () => {
      const piece = one(carriers).bag;
      const from = Math.floor(random() * piece.vectors.length);
      const to = from + 1 + Math.floor(random() * 2);
      return plant(part(piece, from, to), one(carriers).bag, false, piece.weight, random);
    });
    return [...sources.map(({ bag }) => bag), ...planted, ...wanted, ...mixed];
  };
}

const part = (bag: Bag, from: number, to: number): Bag => ({
  ...bag,
  vectors: bag.vectors.slice(from, to),
  odds: bag.odds.slice(from, to),
  suspects: bag.suspects.slice(from, to),
});

function plant(what: Bag, into: Bag, attack: boolean, weight: number, random: () => number): Bag {
  const length = Math.min(LONGEST_CARRIER, 2 + Math.floor(random() * into.vectors.length));
  const from = Math.floor(random() * Math.max(1, into.vectors.length - length + 1));
  const carrier = part(into, from, from + length);
  const at = Math.floor(random() * (carrier.vectors.length + 1));
  const around = <T>(all: readonly T[], inside: readonly T[]): T[] => [
    ...all.slice(0, at),
    ...inside,
    ...all.slice(at),
  ];
  return {
    attack,
    weight,
    vectors: around(carrier.vectors, what.vectors),
    odds: around(carrier.odds, what.odds),
    suspects: around(
      carrier.suspects.map(() => false),
      attack && what.attack ? what.suspects : what.vectors.map(() => attack),
    ),
  };
}
