import { join } from 'node:path';
import {
  type Baseline,
  definePipeline,
  expectedCost,
  heuristic,
  llm,
  loadPrompts,
  review,
  safeDefault,
} from '../../lib';
import baseline from './baseline.json';
import { answer, mail } from './fields';

/** Sorts a company's mail: deliver it, put it into quarantine, discard it, or let a person look. */
export default definePipeline({
  name: 'mail-triage',
  description: 'Deliver, quarantine or discard a mail',

  input: mail,
  // What is counted of a text, so that its drift can be seen.
  features: { derived: { characters: 'size(input.body)' } },

  // A language model reads the mail. How sure it is, its tokens tell: the probability of the word that it chose.
  model: llm({
    endpoint: 'mail-triage',
    prompts: loadPrompts(join(__dirname, 'prompts'), { live: '1' }),
    answer: { schema: answer, label: 'verdict' },
    probabilityOf: 'spam',
    confidence: { by: 'logprobs' },
    limits: { perRequest: { inputTokens: 3_000, outputTokens: 120 } },
    guards: {
      // Whatever gives the model orders, in the open or hidden, is for a person to see.
      input: { orders: { use: 'builtin', onFlag: 'review' } },
      // Who writes is nothing to the model.
      personalData: { mask: ['email', 'phone', 'iban', 'card', 'name'], names: ['input.from'], restore: ['reason'] },
      // An answer that tells what it was told, or leads elsewhere, is none.
      output: { prompt: { use: 'prompt', onFlag: 'fallback' }, links: { use: { links: [] }, onFlag: 'fallback' } },
    },
    // A stream that stalls is cut while there is still time for something else.
    stream: { firstToken: '2s', betweenTokens: '1s' },
  }),

  decide: {
    outcomes: ['deliver', 'quarantine', 'discard'],
    labels: ['ham', 'spam'],
    // In euros: spam in an inbox costs a minute of attention, a letter that nobody sees costs a customer.
    costs: {
      deliver: { ham: 0, spam: 0.5 },
      quarantine: { ham: 1, spam: 0.05 },
      discard: { ham: 50, spam: 0 },
      review: 0.2,
    },
    // The cheapest of all of these, in expectation.
    policy: expectedCost(),
  },

  deadline: '5s',
  // Where the model cannot answer: what is full of links waits in quarantine, the rest for a person.
  fallback: [
    heuristic({ when: 'input.links > 20', outcome: 'quarantine', reason: 'MANY_LINKS' }),
    review(),
    safeDefault('deliver'),
  ],
  review: { sla: '8h', reasons: ['KNOWN_SENDER', 'NEWSLETTER', 'PHISHING', 'ADVERTISEMENT'] },
  drift: { baseline: baseline as Baseline },
  slo: { inDeadline: 0.99, answered: 0.99 },
  history: { label: 'label' },
});
