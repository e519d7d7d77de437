import { FACTS, type InjectionNetwork } from '../../core/llm/injection-network';

/** Networks that answer as one: the mean of their log-odds, as one network with all their hidden units. */
export function together(networks: readonly InjectionNetwork[]): InjectionNetwork {
  const { dimensions } = networks[0]!;
  const share = 1 / networks.length;
  const all = (part: (network: InjectionNetwork) => Float32Array) =>
    Float32Array.from(networks.flatMap((network) => [...part(network)]));
  return {
    dimensions,
    hidden: networks.reduce((sum, { hidden }) => sum + hidden, 0),
    sentence: all(({ sentence }) => sentence),
    mean: all(({ mean }) => mean),
    facts: all(({ facts }) => facts),
    bias: all(({ bias }) => bias),
    out: all(({ out }) => out.map((weight) => weight * share)),
    direct: Float32Array.from({ length: FACTS }, (_, i) =>
      networks.reduce((sum, { direct }) => sum + share * direct[i]!, 0),
    ),
    outBias: networks.reduce((sum, { outBias }) => sum + share * outBias, 0),
  };
}

/** The same network over a first tier whose odds times `scale` plus `offset` are those that it was trained with. */
export function forOddsOf(
  network: InjectionNetwork,
  { scale, offset }: { readonly scale: number; readonly offset: number },
): InjectionNetwork {
  // The first two facts are the first tier's, a quarter of the odds each.
  const isOdds = (i: number) => i % FACTS < 2;
  const scaled = (weights: Float32Array) => weights.map((weight, i) => (isOdds(i) ? scale * weight : weight));
  const added = (weights: Float32Array, row: number) =>
    (offset / 4) * (weights[row * FACTS]! + weights[row * FACTS + 1]!);
  return {
    ...network,
    facts: scaled(network.facts),
    direct: scaled(network.direct),
    bias: network.bias.map((bias, unit) => bias + added(network.facts, unit)),
    outBias: network.outBias + added(network.direct, 0),
  };
}

/** As `core/llm/injection-network.json` holds it: a weight a byte. */
export function packed({ dimensions, hidden, outBias, ...matrices }: InjectionNetwork): string {
  const inBytes = Object.fromEntries(
    Object.entries(matrices).map(([name, weights]) => {
      const scale = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0) / 127 || 1;
      const steps = Buffer.from(Int8Array.from(weights, (weight) => Math.round(weight / scale)).buffer);
      return [name, { scale, steps: steps.toString('base64') }];
    }),
  );
  return `${JSON.stringify({ dimensions, hidden, outBias, ...inBytes }, null, 2)}\n`;
}
