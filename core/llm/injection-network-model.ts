import type { InjectionNetwork } from './injection-network';
import packed from './injection-network.json';

/** The network that ships: trained by `bench/guards/train-network.ts`, on the embeddings of one model only. */
export function loadInjectionNetwork(): InjectionNetwork {
  const { dimensions, hidden, outBias } = packed;
  return {
    dimensions,
    hidden,
    outBias,
    sentence: unpacked(packed.sentence),
    mean: unpacked(packed.mean),
    facts: unpacked(packed.facts),
    bias: unpacked(packed.bias),
    out: unpacked(packed.out),
    direct: unpacked(packed.direct),
  };
}

/** A weight a byte, from -127 to 127. */
const unpacked = ({ scale, steps }: { readonly scale: number; readonly steps: string }): Float32Array =>
  Float32Array.from(atob(steps), (sign) => ((sign.charCodeAt(0) << 24) >> 24) * scale);
