import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCreditCsv } from '../../examples/credit-risk/applications';

const folder = join(__dirname, '../../examples/credit-risk');

/** The example's real applications, and the model's artifacts beside them. */
export const applications = readCreditCsv(readFileSync(join(folder, 'data/german-credit.csv'), 'utf8'));
export const modelFile = <T>(name: string): T => JSON.parse(readFileSync(join(folder, 'model', name), 'utf8')) as T;
