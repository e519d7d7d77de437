import {
  FACTS,
  factsOf,
  fromMean,
  type InjectionNetwork,
  meanOf,
  sentenceOdds,
} from '../../core/llm/injection-network';
import { randomOf } from '../../core/random';

/** A text as the network sees it. */
export interface Bag {
  readonly attack: boolean;
  readonly weight: number;
  readonly vectors: readonly Float32Array[];
  readonly odds: readonly number[];
  /** Which sentences may be the attack; of a benign text it does not matter. */
  readonly suspects: readonly boolean[];
}

export interface NetworkOptions {
  readonly hidden: number;
  readonly epochs: number;
  readonly rate: number;
  readonly decay: number;
  /** Share of the hidden units that a step does without. */
  readonly drop: number;
  readonly seed: number;
  readonly log?: (line: string) => void;
}

const BATCH = 16;
/** Of a text with more sentences, so many at random are looked at in an epoch; the mean is of all. */
const LOOKED_AT = 16;
/** What stands around a planted attack is benign, and counts for so much. */
const CARRIER_WEIGHT = 0.3;

/**
 * Trains the network on bags, of which `bagsOf` gives those of an epoch: planted ones differ from one to the next. As in
 * the linear model the worst sentence of an attack must be bad and the worst few of a benign text must not. Method: AdamW
 * (Loshchilov and Hutter, ICLR 2019), the rate falling to nothing along a cosine.
 */
export function fitNetwork(
  bagsOf: (random: () => number) => readonly Bag[],
  dimensions: number,
  { hidden, epochs, rate, decay, drop, seed, log = () => undefined }: NetworkOptions,
): InjectionNetwork {
  const random = randomOf(seed);
  const initial = (length: number, size: number) => Float32Array.from({ length }, () => (random() * 2 - 1) * size);
  const parameters = {
    sentence: initial(hidden * dimensions, 1),
    mean: initial(hidden * dimensions, 0.5),
    facts: initial(hidden * FACTS, 0.3),
    bias: new Float32Array(hidden),
    out: initial(hidden, 1 / Math.sqrt(hidden)),
    direct: new Float32Array(FACTS),
    outBias: Float32Array.of(-1),
  };
  const names = Object.keys(parameters) as (keyof typeof parameters)[];
  const like = () => names.map((name) => new Float32Array(parameters[name].length));
  const [gradients, firsts, seconds] = [like(), like(), like()];
  const [ofSentence, ofMean, ofFacts, ofBias, ofOut, ofDirect, ofOutBias] = gradients as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const network = (): InjectionNetwork => ({
    ...parameters,
    dimensions,
    hidden,
    outBias: parameters.outBias[0]!,
  });

  let now = network();
  const units = new Float32Array(hidden);
  const kept = new Float32Array(hidden);

  function learn(bag: Bag, early: boolean): number {
    const { vectors, odds, attack } = bag;
    const mean = meanOf(vectors, dimensions);
    const base = fromMean(now, mean);
    const most = odds.reduce((max, x) => Math.max(max, x), -Infinity);
    const from = vectors.length <= LOOKED_AT ? 0 : Math.floor(random() * vectors.length);
    const looked = vectors
      .map((_, i) => i)
      .filter(
        (i) =>
          (attack && bag.suspects[i]) || (i - from + vectors.length) % vectors.length < LOOKED_AT || odds[i] === most,
      );
    const found = looked.map((i) => {
      const known = factsOf(odds[i]!, most, vectors.length, vectors[i]!, mean);
      return { i, known, odds: sentenceOdds(now, vectors[i]!, base, known) };
    });
    found.sort((a, b) => b.odds - a.odds);
    const suspects = attack ? found.filter(({ i }) => bag.suspects[i]).slice(0, early ? 2 : 1) : [];
    const others = found.filter(({ i }) => !attack || !bag.suspects[i]).slice(0, attack ? 2 : 3);
    let loss = 0;
    const step = (
      { i, known }: { readonly i: number; readonly known: readonly number[] },
      bad: boolean,
      weight: number,
    ) => {
      for (let unit = 0; unit < hidden; unit++) kept[unit] = random() < drop ? 0 : 1 / (1 - drop);
      const vector = vectors[i]!;
      sentenceOdds(now, vector, base, known, units);
      let out = now.outBias;
      for (let k = 0; k < FACTS; k++) out += now.direct[k]! * known[k]!;
      for (let unit = 0; unit < hidden; unit++) out += now.out[unit]! * units[unit]! * kept[unit]!;
      const p = 1 / (1 + Math.exp(-out));
      loss -= weight * Math.log(Math.max(1e-9, bad ? p : 1 - p));
      const error = weight * (p - Number(bad));
      ofOutBias[0]! += error;
      for (let k = 0; k < FACTS; k++) ofDirect[k]! += error * known[k]!;
      for (let unit = 0; unit < hidden; unit++) {
        const active = units[unit]! * kept[unit]!;
        ofOut[unit]! += error * active;
        if (active === 0) continue;
        const back = error * now.out[unit]! * kept[unit]!;
        ofBias[unit]! += back;
        for (let k = 0; k < FACTS; k++) ofFacts[unit * FACTS + k]! += back * known[k]!;
        const row = unit * dimensions;
        for (let k = 0; k < dimensions; k++) {
          ofSentence[row + k]! += back * vector[k]!;
          ofMean[row + k]! += back * mean[k]!;
        }
      }
    };
    for (const one of suspects) step(one, true, bag.weight / suspects.length);
    for (const one of others) step(one, false, ((attack ? CARRIER_WEIGHT : 1) * bag.weight) / others.length);
    return loss;
  }

  let steps = 0;
  function move(speed: number, size: number): void {
    steps++;
    const corrected = (speed * Math.sqrt(1 - 0.999 ** steps)) / (1 - 0.9 ** steps);
    for (const [at, name] of names.entries()) {
      const values = parameters[name];
      const [gradient, first, second] = [gradients[at]!, firsts[at]!, seconds[at]!];
      for (let i = 0; i < values.length; i++) {
        const g = gradient[i]! / size;
        first[i] = 0.9 * first[i]! + 0.1 * g;
        second[i] = 0.999 * second[i]! + 0.001 * g * g;
        values[i]! -= (corrected * first[i]!) / (Math.sqrt(second[i]!) + 1e-8) + speed * decay * values[i]!;
        gradient[i] = 0;
      }
    }
    now = network();
  }

  for (let epoch = 0; epoch < epochs; epoch++) {
    const bags = shuffled(bagsOf(random), random);
    let loss = 0;
    for (let at = 0; at < bags.length; at += BATCH) {
      const batch = bags.slice(at, at + BATCH);
      for (const bag of batch) loss += learn(bag, epoch < epochs / 4);
      move((rate * (1 + Math.cos((Math.PI * (epoch + at / bags.length)) / epochs))) / 2, batch.length);
    }
    log(`epoch ${epoch + 1}: loss ${(loss / bags.length).toFixed(4)}`);
  }
  return now;
}

export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const order = [...items];
  for (let i = order.length - 1; i > 0; i--) {
    const other = Math.floor(random() * (i + 1));
    [order[i], order[other]] = [order[other]!, order[i]!];
  }
  return order;
}
