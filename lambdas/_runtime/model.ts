import { sagemakerModel, sagemakerRows } from '../../adapters/sagemaker-model';
import { coalesce } from '../../core/model/coalesce';
import { askedByRow } from '../../core/model/encoding';
import type { Pipeline } from '../../core/pipeline/compile';
import type { ModelClient } from '../../core/ports';
import { requestSageMaker } from './clients';
import { systemClock } from './system-clock';

/** Rows that are asked for at about the same time share a call: how long they wait for each other, and how many. */
export interface Sharing {
  readonly waitMs: number;
  readonly most: number;
}

/** What makes the models of definitions, each behind an endpoint, with one client for all. */
export function modelMaker(sharing?: Sharing): (pipeline: Pipeline, endpoint: string, variant?: string) => ModelClient {
  const client = requestSageMaker();
  return ({ columns }, endpoint, variant) =>
    askedByRow(
      columns,
      sharing
        ? coalesce(sagemakerRows(client, endpoint, variant), systemClock, sharing)
        : sagemakerModel(client, endpoint, variant),
    );
}
