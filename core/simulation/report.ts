import type { Reliability } from '../model/reliability';
import type { Skipped } from './history';

export type { Reliability, ReliabilityBin } from '../model/reliability';

/** Why a row is left out: it cannot be read, or it cannot be counted. */
export type SkipCause = Skipped | 'OUT_OF_ORDER' | 'COST_UNRESOLVED' | 'FEATURES_MISSING' | 'NO_OUTCOME';

/** A mean with its 95 % interval (normal approximation over rows). */
export interface Estimate {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** How one group of a protected field fared. */
export interface GroupFigures {
  readonly rows: number;
  readonly automated: number;
  readonly review: number;
  /** Automated decisions by outcome. */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly realizedCost: number;
  readonly costPerRow: number;
  /** Share of wrong ones among the automated; null without any. */
  readonly automatedError: number | null;
}

/** One point of a curve: rows are automated from `threshold` on. */
export interface CurvePoint {
  readonly threshold: number;
  /** Share of rows automated. */
  readonly coverage: number;
  /** Share of wrong decisions among the automated; null without any. */
  readonly error: number | null;
  readonly costPerRow: number;
}

/** A policy of the sweep, on the same rows. */
export interface SweepEntry {
  readonly name: string;
  /** It is the policy simulated itself. */
  readonly simulated: boolean;
  /** Share of rows automated. */
  readonly automated: number;
  /** Share of wrong decisions among the automated; null without any. */
  readonly automatedError: number | null;
  readonly costPerRow: number;
  /** By how much a row costs more than under the policy simulated, pair by pair. */
  readonly difference: Estimate;
  /** A parameter was chosen on one half of the rows and counted on the other, both ways. */
  readonly fitted: boolean;
}

/** Reviews in one hour of the day (0 to 23, UTC). */
export interface HourLoad {
  readonly hour: number;
  readonly reviews: number;
  /** Mean reviews that come in such an hour. */
  readonly perHour: number;
  readonly waitMinutes: number;
}

/** What becomes of the reviews before a given staff. Costs take every review as done, also those that expire. */
export interface QueueFigures {
  readonly staff: number;
  readonly minutesPerReview: number;
  readonly slaMinutes: number;
  readonly waitMinutes: { readonly p50: number; readonly p95: number; readonly max: number };
  readonly largestBacklog: number;
  /** Reviews that nobody got to before the SLA, which end in the safe default. */
  readonly expired: number;
  /** Share of the staff's time, from the first request to the last (an hour at least), that the reviews begun take; 1 at most. */
  readonly utilization: number;
  /** The fewest people with whom at most 1 % expire; null if 200 are too few. */
  readonly staffNeeded: number | null;
  readonly byHour: readonly HourLoad[];
}

/** What a policy would have done over labelled history. Counts are rows; costs are in the unit of `decide.costs`. */
export interface SimulationReport {
  readonly pipeline: string;
  readonly version: string;
  readonly rows: number;
  readonly automated: number;
  readonly review: number;
  /** Automated decisions by outcome. */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly realizedCost: number;
  readonly costPerRow: number;
  /** Share of wrong ones among the automated; null without any. */
  readonly automatedError: number | null;
  /** The same, estimated from the calibrated probabilities alone, without labels (CBPE). */
  readonly estimatedError: number | null;
  readonly baselines: {
    /** The one threshold that would have cost least on these very rows, with nobody reviewing. */
    readonly bestThreshold: { readonly threshold: number; readonly costPerRow: number; readonly difference: Estimate };
    readonly allReview: { readonly costPerRow: number; readonly difference: Estimate };
  };
  /** By protected field, then by value. */
  readonly groups: Readonly<Record<string, Readonly<Record<string, GroupFigures>>>>;
  /** How often each reason was given. */
  readonly reasons: Readonly<Record<string, number>>;
  /** Rows that were left out, by cause, with the first row number of each. */
  readonly skipped: Readonly<Record<string, { readonly rows: number; readonly first: number }>>;
  readonly reviewerAccuracy: number;
  /** How many requests an hour were assumed to come, evenly, since history has no times; null where it has. */
  readonly requestsPerHour: number | null;
  readonly reliability: Reliability;
  /** Automate the more probable label from a confidence on, review the rest. */
  readonly riskCoverage: readonly CurvePoint[];
  /** Treat as the model's label from a probability on; nobody reviews. */
  readonly thresholds: readonly CurvePoint[];
  /** Best first. */
  readonly sweep: readonly SweepEntry[];
  readonly queue: QueueFigures;
}
