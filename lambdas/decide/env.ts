export const DECIDE_ENV = {
  decisionsTable: 'DECISIONS_TABLE',
  stateTable: 'STATE_TABLE',
  /** JSON object: the feature table of each lookup. */
  featureTables: 'FEATURE_TABLES',
  endpointName: 'ENDPOINT_NAME',
  /** Of the candidate; the live one where there is none. */
  candidateEndpoint: 'CANDIDATE_ENDPOINT_NAME',
  /** ARN of the secret that keys decision ids. */
  idSecret: 'ID_SECRET_ARN',
} as const;
