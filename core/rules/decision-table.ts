import type { Cel, Forced } from '../pipeline/definition';

export interface DecisionTable {
  readonly table: string;
  readonly hit: 'unique' | 'first' | 'collect';
  readonly priority?: number;
  readonly inputs: Readonly<Record<string, Cel>>;
  readonly rows: readonly ({ readonly when: Readonly<Record<string, unknown>>; readonly reason: string } & Forced)[];
  readonly otherwise?: 'pass';
}
