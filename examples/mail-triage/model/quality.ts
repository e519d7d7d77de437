import { type Reliability, reliabilityOf } from '../../../core/model/reliability';
import { type Mail, textsOf } from '../data/mails';
import { type Classifier, probabilityOfSpam } from './classifier';

/** How good the classifier is on these mails, each given in that form of `textsOf`. */
export function qualityOf(
  classifier: Classifier,
  mails: readonly Mail[],
  form: number,
): Reliability & { readonly accuracy: number } {
  const meter = reliabilityOf();
  let right = 0;
  for (const mail of mails) {
    const probability = probabilityOfSpam(classifier, textsOf(mail)[form]!);
    meter.add(probability, mail.label === 'spam');
    right += Number(probability > 0.5 === (mail.label === 'spam'));
  }
  return { ...meter.figures(), accuracy: right / mails.length };
}
