/** How good the classifier is on the unseen mails: `npx tsx examples/mail-triage/model/measure.ts`. */
import { join } from 'node:path';
import { readMails } from '../data/mails';
import { unpack } from './classifier';
import { qualityOf } from './quality';
import weights from './weights.json';

const classifier = unpack(weights);
const mails = readMails(join(__dirname, '../data/mails.jsonl'));
for (const [form, what] of ['subject and body', 'sender, subject and body'].entries()) {
  const { accuracy, auc, logLoss, eceEqualMass, bins } = qualityOf(classifier, mails, form);
  const figures = Object.entries({ accuracy, auc: auc!, logLoss, eceEqualMass });
  process.stdout.write(`${what}: ${figures.map(([name, value]) => `${name} ${value.toFixed(4)}`).join(', ')}\n`);
  for (const { from, rows, meanProbability, observed, low, high } of bins)
    process.stdout.write(
      `${[from, meanProbability, observed, low, high].map((share) => share.toFixed(3)).join('  ')}  ${rows} mails\n`,
    );
}
