/** Options of commands that work on a pipeline's tables. */
export const TABLE_OPTIONS = {
  table: { type: 'string' },
  state: { type: 'string' },
  pipeline: { type: 'string' },
} as const;

export const TABLE_HELP = `  --table <name>       the decisions table (output DecisionsTable), read and written with the AWS credentials of the
                       environment, in AWS_REGION; default: that of \`npm start\`, from .plumbline/local.json
  --state <name>       the state table (output StateTable)
  --pipeline <name>    which of the pipelines in .plumbline/local.json; default: the only one
`;
