import type { JsonSchema } from '../../lib';

const oneOf = (...values: string[]): JsonSchema => ({ type: 'string', enum: values });
const whole = (minimum: number, maximum: number): JsonSchema => ({ type: 'integer', minimum, maximum });

/** What an applicant sends; the names and values are those of the data set. Amounts are in Deutsche Mark. */
export const application: JsonSchema = {
  type: 'object',
  properties: {
    applicant_id: { type: 'string', minLength: 1, maxLength: 64 },
    duration: { ...whole(1, 120), description: 'Term of the loan in months' },
    purpose: oneOf(
      'new car',
      'used car',
      'furniture/equipment',
      'radio/tv',
      'domestic appliance',
      'repairs',
      'education',
      'retraining',
      'business',
      'other',
    ),
    credit_amount: whole(1, 1_000_000),
    employment: oneOf('unemployed', '<1', '1<=X<4', '4<=X<7', '>=7'),
    installment_commitment: { ...whole(1, 4), description: 'Instalment as a class of disposable income' },
    other_parties: oneOf('none', 'co applicant', 'guarantor'),
    residence_since: whole(1, 4),
    property_magnitude: oneOf('real estate', 'life insurance', 'car', 'no known property'),
    age: whole(0, 120),
    other_payment_plans: oneOf('none', 'stores', 'bank'),
    housing: oneOf('own', 'rent', 'for free'),
    job: oneOf('unemp/unskilled non res', 'unskilled resident', 'skilled', 'high qualif/self emp/mgmt'),
    num_dependents: whole(0, 20),
    own_telephone: oneOf('none', 'yes'),
    // Protected: see pipeline.ts.
    personal_status: oneOf('male single', 'female div/dep/mar', 'male mar/wid', 'male div/sep', 'female single'),
    foreign_worker: oneOf('yes', 'no'),
  },
  required: [
    'applicant_id',
    'duration',
    'purpose',
    'credit_amount',
    'employment',
    'installment_commitment',
    'other_parties',
    'residence_since',
    'property_magnitude',
    'age',
    'other_payment_plans',
    'housing',
    'job',
    'num_dependents',
    'own_telephone',
  ],
};

/** What the bank already knows of an applicant. */
export const bankHeld: Record<string, JsonSchema> = {
  checking_status: oneOf('<0', '0<=X<200', '>=200', 'no checking'),
  savings_status: oneOf('<100', '100<=X<500', '500<=X<1000', '>=1000', 'no known savings'),
  credit_history: oneOf(
    'no credits/all paid',
    'all paid',
    'existing paid',
    'delayed previously',
    'critical/other existing credit',
  ),
  existing_credits: whole(0, 100),
};
