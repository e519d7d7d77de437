/** One row of the data set: what an applicant sends, what the bank already knows, and how it ended. */
export interface Application {
  readonly input: Readonly<Record<string, string | number>>;
  /** The item of the feature table `accounts`, without `updatedAt`. */
  readonly account: Readonly<Record<string, string | number>>;
  readonly truth: 'good' | 'bad';
}

const KNOWN = ['checking_status', 'savings_status', 'credit_history', 'existing_credits'];
const NUMBERS = [
  'duration',
  'credit_amount',
  'installment_commitment',
  'residence_since',
  'age',
  'existing_credits',
  'num_dependents',
];

/** Reads german-credit.csv. The set has no applicant ids, so the row's number makes one. */
export function readCreditCsv(text: string): Application[] {
  const [header = '', ...lines] = text.trim().split(/\r?\n/);
  const names = header.split(',');
  return lines.map((line, row) => {
    const id = `applicant-${String(row + 1).padStart(4, '0')}`;
    const input: Record<string, string | number> = { applicant_id: id };
    const account: Record<string, string | number> = { id };
    let truth = '';
    line.split(',').forEach((cell, i) => {
      const name = names[i]!;
      const value = NUMBERS.includes(name) ? Number(cell) : cell;
      if (name === 'class') truth = cell;
      else if (KNOWN.includes(name)) account[name] = value;
      else input[name] = value;
    });
    return { input, account, truth: truth as Application['truth'] };
  });
}
