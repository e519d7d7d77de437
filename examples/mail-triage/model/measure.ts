/** How good the classifier is on the unseen mails: `npx tsx examples/mail-triage/model/measure.ts`. */
import { join } from 'node:path';
import { reliabilityOf } from '../../../core/model/reliability';
import { readMails, textsOf } from '../data/mails';
import { probabilityOfSpam, unpack } from './classifier';
import weights from './weights.json';

const classifier = unpack(weights);
const mails = readMails(join(__dirname, '../data/mails.jsonl'));
for (const [form, what] of ['subject and body', 'sender, subject and body'].entries()) {
  const meter = reliabilityOf();
  let right = 0;
  for (const mail of mails) {
    const probability = probabilityOfSpam(classifier, textsOf(mail)[form]!);
    meter.add(probability, mail.label === 'spam');
    right += Number(probability > 0.5 === (mail.label === 'spam'));
  }
  const { auc, logLoss, eceEqualMass, bins } = meter.figures();
  const figures = Object.entries({ accuracy: right / mails.length, auc: auc!, logLoss, eceEqualMass });
  process.stdout.write(`${what}: ${figures.map(([name, value]) => `${name} ${value.toFixed(4)}`).join(', ')}\n`);
  for (const { from, rows, meanProbability, observed, low, high } of bins)
    process.stdout.write(
      `${[from, meanProbability, observed, low, high].map((share) => share.toFixed(3)).join('  ')}  ${rows} mails\n`,
    );
}
