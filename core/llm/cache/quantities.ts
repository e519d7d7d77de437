/** What a token with a figure in it is: a number with its unit, a date, a time, or an identifier. */
export interface Figure {
  readonly kind: 'number' | 'date' | 'name';
  readonly key: string;
}

const NUMBERS = new Map(
  `zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen`
    .split(' ')
    .map((word, i) => [word, i] as const)
    .concat(
      `twenty thirty forty fifty sixty seventy eighty ninety`.split(' ').map((word, i) => [word, 10 * i + 20] as const),
    ),
);
const SCALES = new Map([
  ['hundred', 100],
  ['thousand', 1_000],
  ['million', 1_000_000],
  ['billion', 1_000_000_000],
]);
const ORDINALS = `first second third fourth fifth sixth seventh eighth ninth tenth`.split(' ');

/** The first of a line stands for the others. */
const UNITS = new Map(
  `usd $ dollar dollars|eur € euro euros|gbp £ sterling|pound pounds lb lbs|chf franc francs|jpy ¥ yen|% percent pct|km kilometre kilometres kilometer kilometers
metre metres meter meters|cm centimetre centimetres centimeter centimeters|mm millimetre millimetres|mile miles|inch inches|foot feet ft|yard yards
kg kilogram kilograms kilo kilos|gram grams g|ounce ounces oz|litre litres liter liters l|gallon gallons|gb gigabyte gigabytes|mb megabyte megabytes
tb terabyte terabytes|kb kilobyte kilobytes|seconds secs sec|minute minutes min mins|hour hours h hr hrs|day days|week weeks|month months|year years yr yrs
mph|km/h kmh kph|celsius °c|fahrenheit °f|time times`
    .split(/[|\n]/)
    .flatMap((line) => line.split(' ').map((unit, _, [first = '']) => [unit, first] as const)),
);
const MONTHS = `january february march april may june july august september october november december`.split(' ');
const DATE_WORDS = new Set(
  `today tomorrow yesterday monday tuesday wednesday thursday friday saturday sunday weekend weekday spring summer autumn winter
morning afternoon evening night noon midnight week month year quarter q1 q2 q3 q4 christmas easter recently ago past future now
second minute hour day`.split(/\s+/),
);

export const isDateWord = (word: string): boolean =>
  DATE_WORDS.has(word) || DATE_WORDS.has(word.replace(/s$/, '')) || MONTHS.includes(word);

/** `march` and `may` are months only where they stand as one: with a capital or beside a day. */
function monthOf(word: string | undefined): number | undefined {
  const index = MONTHS.findIndex((name) => name === word || (word?.length === 3 && name.startsWith(word)));
  return index < 0 ? undefined : index + 1;
}
const isPlainMonth = (word: string) => !['march', 'may', 'mar', 'sun', 'second'].includes(word);

/** Reads what stands at `at` of the words in small letters; how many words it took, or undefined where it is no figure. */
export function readFigure(
  words: readonly string[],
  at: number,
  capital: boolean,
): (Figure & { readonly took: number }) | undefined {
  const word = words[at]!;
  const month = monthOf(word);
  if (month !== undefined && word.length > 2) {
    const day = dayOf(words[at + 1]);
    if (day !== undefined) return { kind: 'date', key: `${month}-${day}`, took: 2 };
    if (capital || isPlainMonth(word)) return { kind: 'date', key: `month ${month}`, took: 1 };
  }
  const day = dayOf(word);
  if (day !== undefined) {
    const skip = words[at + 1] === 'of' ? 2 : 1;
    const next = monthOf(words[at + skip]);
    if (next !== undefined) return { kind: 'date', key: `${next}-${day}`, took: skip + 1 };
  }
  return readTime(words, at) ?? readNumber(words, at);
}

const dayOf = (word = ''): number | undefined => {
  const match = /^(\d{1,2})(?:st|nd|rd|th)?$/.exec(word);
  return match && Number(match[1]) >= 1 && Number(match[1]) <= 31 ? Number(match[1]) : undefined;
};

function readTime(words: readonly string[], at: number): (Figure & { readonly took: number }) | undefined {
  const word = words[at]!;
  if (word === 'noon' || word === 'midnight')
    return { kind: 'date', key: word === 'noon' ? 'time 12:00' : 'time 0:00', took: 1 };
  const match = /^(\d{1,2})(?::(\d{2}))?(am|pm)?$/.exec(word);
  if (!match) return undefined;
  const next = words[at + 1] ?? '';
  const half = match[3] ?? (/^[ap]m$/.test(next) ? next : undefined);
  if (match[2] === undefined && half === undefined) return undefined;
  const hour = half === undefined ? Number(match[1]) : (Number(match[1]) % 12) + (half === 'pm' ? 12 : 0);
  return { kind: 'date', key: `time ${hour}:${match[2] ?? '00'}`, took: half !== undefined && !match[3] ? 2 : 1 };
}

function readNumber(words: readonly string[], at: number): (Figure & { readonly took: number }) | undefined {
  const word = words[at]!;
  if (/^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}$/.test(word)) return { kind: 'date', key: word, took: 1 };
  if (word === 'twice') return { kind: 'number', key: '2 time', took: 1 };
  if (word === 'once') return { kind: 'number', key: '1 time', took: 1 };
  if (ORDINALS.includes(word)) return { kind: 'number', key: `ordinal ${ORDINALS.indexOf(word) + 1}`, took: 1 };
  const ordinal = /^(\d+)(?:st|nd|rd|th)$/.exec(word);
  if (ordinal) return { kind: 'number', key: `ordinal ${ordinal[1]}`, took: 1 };
  const figures = /^([-−]?)([$€£¥]?)(\d[\d,]*(?:\.\d+)?)(%|[a-z°/]{1,4})?$/.exec(word);
  const spelled = figures ? undefined : readSpelled(words, at);
  if (!figures && !spelled) return /\d/.test(word) ? { kind: 'name', key: word, took: 1 } : undefined;
  let value = figures ? plain(figures[3]!) : String(spelled!.value);
  let took = spelled?.took ?? 1;
  let unit = figures?.[2] || figures?.[4] || '';
  if (unit === 'k') [value, unit] = [scaled(value, 1_000), ''];
  for (
    let scale = SCALES.get(words[at + took] ?? '');
    unit === '' && scale;
    scale = SCALES.get(words[at + took] ?? '')
  ) {
    value = scaled(value, scale);
    took++;
  }
  if (unit !== '' && !UNITS.has(unit)) return { kind: 'name', key: word, took: 1 };
  const after = words[at + took] ?? '';
  if (unit === '' && words[at + took - 1] !== undefined && after === 'per' && words[at + took + 1] === 'cent')
    [unit, took] = ['%', took + 2];
  else if (unit === '' && UNITS.has(after)) [unit, took] = [after, took + 1];
  return { kind: 'number', key: `${figures?.[1] ?? ''}${value} ${UNITS.get(unit) ?? ''}`.trim(), took };
}

/** `1,000` and `1000.00` are 1000. `2.10` stays as it is: it may be a version. */
const plain = (text: string): string => text.replaceAll(',', '').replace(/\.00$/, '');
const scaled = (value: string, scale: number): string => String(Number((Number(value) * scale).toPrecision(15)));

const BEFORE_NO_NUMBER = new Set('a an the new no another this that which any every each other last old'.split(' '));

function readSpelled(
  words: readonly string[],
  at: number,
): { readonly value: number; readonly took: number } | undefined {
  const [first = '', second = ''] = words[at]!.split('-');
  if (first === 'hundred' || first === 'thousand' || first === 'million') return { value: SCALES.get(first)!, took: 1 };
  const tens = NUMBERS.get(first);
  if (tens === undefined || (first === 'one' && (BEFORE_NO_NUMBER.has(words[at - 1] ?? '') || words[at + 1] === 'of')))
    return undefined;
  if (second !== '') return NUMBERS.has(second) ? { value: tens + NUMBERS.get(second)!, took: 1 } : undefined;
  const ones = NUMBERS.get(words[at + 1] ?? '') ?? 0;
  return tens >= 20 && ones > 0 && ones < 10 ? { value: tens + ones, took: 2 } : { value: tens, took: 1 };
}
