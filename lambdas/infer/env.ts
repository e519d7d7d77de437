export const INFER_ENV = {
  stateTable: 'STATE_TABLE',
  /** JSON object: the feature table of each lookup. */
  featureTables: 'FEATURE_TABLES',
  endpointName: 'ENDPOINT_NAME',
} as const;
