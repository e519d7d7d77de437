import fc from 'fast-check';
import { renderReport } from '../../../bin/report/render-report';
import type { SimulationReport } from '../../../core/simulation/report';
import { readMarkup } from './markup';
import { sampleReport } from './sample-report';

const CONTEXT = {
  title: 'credit-risk',
  dataFile: 'german-credit.csv',
  generatedAt: '2026-11-23T09:00:00.000Z',
  command: "plumbline simulate . --policy '{}'",
};
const report = sampleReport();
const render = (over: Partial<SimulationReport> = {}) => renderReport({ ...report, ...over }, CONTEXT);
const page = render();
const { elements, text } = readMarkup(page);

/** The text of one section. */
const section = (id: string, source = page): string => {
  const found = new RegExp(`<section id="${id}"[^>]*>[\\s\\S]*?</section>`).exec(source);
  if (!found) throw new Error(`no section ${id}`);
  return readMarkup(found[0]).text.replaceAll('\u00a0', ' ');
};

describe('the page', () => {
  test('has a section for each question, reached from the top', () => {
    const sections = elements.filter(({ name }) => name === 'section').map(({ attributes }) => attributes.id);
    expect(sections).toEqual([
      'result',
      'risk-coverage',
      'cost',
      'reliability',
      'reviews',
      'groups',
      'sweep',
      'reasons',
      'skipped',
    ]);
    const links = elements.filter(({ name }) => name === 'a').map(({ attributes }) => attributes.href);
    expect(links).toEqual(sections.map((id) => `#${id}`));
  });

  test('says where it comes from', () => {
    expect(text).toContain('700\u00a0past rows of german-credit.csv, version sha256:5b21c0fd9e7a ');
    expect(text).toContain('Made 23 November 2026, 09:00 UTC from german-credit.csv by');
    expect(text).toContain(CONTEXT.command);
    expect(text).toContain(report.version);
  });

  test('needs neither network nor script, and allows none', () => {
    const policy = elements.find(({ attributes }) => attributes['http-equiv'] === 'Content-Security-Policy');
    expect(policy?.attributes.content).toMatch(/^default-src 'none'; style-src 'unsafe-inline'; img-src data:/);
    expect(elements.map(({ name }) => name)).not.toContain('script');
    expect(page).not.toMatch(/https?:|\/\/[a-z]|@import|@font-face|url\((?!#)/i);
    expect(elements.flatMap(({ attributes }) => Object.keys(attributes)).filter((name) => /^on/.test(name))).toEqual(
      [],
    );
  });

  test('is the same for the same report, whatever was drawn before', () => {
    renderReport(sampleReport({ groups: {} }), CONTEXT);
    expect(renderReport(sampleReport(), CONTEXT)).toBe(page);
  });

  test('uses each id once, and refers to none that is not there', () => {
    const ids = elements.flatMap(({ attributes }) => (attributes.id === undefined ? [] : [attributes.id]));
    expect(new Set(ids).size).toBe(ids.length);
    const named = elements.flatMap(({ attributes }) => [
      ...(attributes['aria-labelledby']?.split(' ') ?? []),
      ...Object.values(attributes).flatMap((value) => /^url\(#(.*)\)$/.exec(value)?.[1] ?? []),
    ]);
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((id) => !ids.includes(id))).toEqual([]);
  });

  test('tells every plot in words and as a table', () => {
    const plots = elements.filter(({ attributes }) => attributes.class === 'plot');
    const figures = elements.filter(({ name }) => name === 'figure');
    expect(figures).toHaveLength(6);
    expect(plots).toHaveLength(2 * figures.length);
    for (const { attributes } of plots) expect(attributes).toMatchObject({ role: 'img' });
    expect(elements.filter(({ name }) => name === 'desc')).toHaveLength(plots.length);
    expect(elements.filter(({ name }) => name === 'summary')).toHaveLength(figures.length);
  });

  test('takes every colour from the style, so that it suits light and dark', () => {
    const colors = elements
      .flatMap(({ attributes }) => [attributes.fill, attributes.stroke])
      .filter((c) => c !== undefined);
    expect(colors.length).toBeGreaterThan(300);
    // What ECharts puts into clip paths and behind titles is not seen.
    const fixed = colors.filter((color) => !/^(none|currentColor|var\(--[a-z]+\))$/.test(color));
    expect(new Set(fixed)).toEqual(new Set(['#000', 'rgb(0,0,0)', '#3c3c41']));
    const used = new Set([...page.matchAll(/var\((--[a-z]+)\)/g)].map((match) => match[1]!));
    for (const name of used) expect(page).toContain(`${name}: `);
  });
});

describe('the result', () => {
  test('says what a row costs and what was saved, with intervals', () => {
    expect(section('result')).toContain(
      'A row costs 0.396: 14.4 % less than the best single threshold, 20.7 % less than reviewing everything.',
    );
    expect(section('result')).toContain('costs 0.066 more per row; between 0.017 and 0.116 with 95 % confidence');
  });

  test('shows measured and estimated error side by side, and the people needed', () => {
    expect(section('result')).toMatch(
      /Automated 43\.0 % 301 of 700 rows: 171 approve, 130 decline Wrong, by the labels 15\.3 % 46 of the 301 automated Wrong, as estimated 17\.1 % without labels.* Left to people 399 reviews 2 people needed for an SLA of 4 h/,
    );
  });

  test('claims no difference that may be chance, and hides none that is against the policy', () => {
    const baselines = {
      bestThreshold: { ...report.baselines.bestThreshold, difference: { mean: 0.01, low: -0.02, high: 0.04 } },
      allReview: { costPerRow: 0.3, difference: { mean: -0.1, low: -0.15, high: -0.05 } },
    };
    const worse = section('result', render({ baselines }));
    expect(worse).toContain(
      'no clear difference from the best single threshold, 33.7 % more than reviewing everything',
    );
    expect(worse).toContain('no clear difference: +0.010 per row, 95 % interval −0.020 to +0.040');
    expect(worse).toContain('costs 0.100 less per row; between 0.050 and 0.150');
  });
});

describe('the plots', () => {
  test("mark the policy's own place among error and coverage", () => {
    expect(section('risk-coverage')).toMatch(/automates 43\.0 % of the rows and is wrong in 15\.3 % of them/);
    expect(section('risk-coverage')).toMatch(/Wrong among the automated.*this policy/);
  });

  test('mark the cheapest thresholds beside the policy and reviewing all', () => {
    expect(section('cost')).toContain('this policy: 0.396 everything reviewed: 0.500 cheapest threshold');
    expect(section('cost')).toContain(
      'cheapest at 0.18, 0.463 per row. Confident rows automated, the rest reviewed: cheapest at',
    );
  });

  test('keep to what matters where an extreme threshold costs a multiple', () => {
    const [first, ...rest] = report.thresholds;
    const dear = section('cost', render({ thresholds: [{ ...first!, costPerRow: 1000 }, ...rest] }));
    expect(dear).toContain('1,000');
    expect(dear.slice(0, dear.indexOf('The figures as a table'))).not.toContain('1,000');
  });

  test('judge the probabilities', () => {
    expect(section('reliability')).toMatch(
      /differs from what the probability said by 3\.0 percentage points\. In \d+ of 10 bins/,
    );
    expect(section('reliability')).toMatch(/Brier score 0\.147.*ECE\) 0\.030.*AUC 0\.829/);
  });

  test('name the AUC only where there are two labels', () => {
    const one = { ...report.reliability, auc: null };
    expect(section('reliability', render({ reliability: one }))).toContain('AUC – the rows have one label only');
  });
});

describe('reviews', () => {
  const with_ = (over: Partial<SimulationReport['queue']>) =>
    section('reviews', render({ queue: { ...report.queue, ...over } }));

  test('are counted against the SLA, with the waits', () => {
    expect(section('reviews')).toContain('With 2 people, all 399 reviews are begun within the SLA of 4 h.');
    expect(section('reviews')).toContain(
      'Half of the reviews wait at most 21 min, 95 % at most 74 min, the longest 1.9 h.',
    );
  });

  test('say how many expire and whom that takes', () => {
    const short = with_({ staff: 1, expired: 41, staffNeeded: 3 });
    expect(short).toContain('With 1 person, 41 of 399 reviews (10.3 %) are not begun within the SLA of 4 h');
    expect(short).toContain('It takes 3 people to keep up and let at most 1 % expire.');
    expect(with_({ staffNeeded: null })).toContain('Not even 200 people would let at most 1 % expire.');
    expect(with_({ staffNeeded: 1 })).toContain('1 person would keep up');
  });

  test('tell that the costs take those that expire as done', () => {
    expect(with_({ expired: 41 })).toContain('end in the safe default; the costs on this page take them as reviewed.');
  });

  test('tell where times are assumed, and nothing of it where history has them', () => {
    const assumed = section('reviews', render({ requestsPerHour: 60 }));
    expect(assumed).toContain('The times are assumed: history has none, so 60 requests an hour are taken to come');
    expect(assumed).toContain('Review load by hour of the day, at assumed times');
    expect(section('reviews')).not.toContain('assumed');
  });

  test('draw the SLA where waits come near it, and nowhere else', () => {
    const byHour = report.queue.byHour.map((load) => ({ ...load, waitMinutes: load.reviews > 0 ? 230 : 0 }));
    expect(with_({ byHour })).toMatch(/Mean wait, hours.* SLA /);
    expect(section('reviews')).toContain('Mean wait, minutes');
    expect(section('reviews')).not.toMatch(/Mean wait, minutes.* SLA /);
  });
});

describe('groups', () => {
  test('show each outcome by group, with few rows said to be few', () => {
    expect(section('groups')).toMatch(/By input\.personal_status approve decline reviewed/);
    expect(section('groups')).toContain('male single, 392 rows: approve 23.0 %, decline 19.4 %, reviewed 57.7 %.');
    expect(section('groups')).toContain('Few rows (n < 30), so wide intervals: no (n = 28).');
    expect(section('groups')).toMatch(/no few rows 28 21\.4 % 25\.0 % 53\.6 %/);
  });

  test('draw the largest where there are many, and list all', () => {
    const one = report.groups['input.foreign_worker']!.yes!;
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`g${i}`, { ...one, rows: 1000 - i }]));
    const drawn = section('groups', render({ groups: { 'input.region': many } }));
    expect(drawn).toContain('The 12 largest of 40 groups are drawn.');
    expect(drawn.match(/g39\b/g)).toHaveLength(1);
    expect(drawn.match(/g11\b/g)).toHaveLength(5);
  });
});

describe('the sweep', () => {
  test('compares policies with the one simulated, and says which were fitted', () => {
    const rows = [...page.matchAll(/<tr\s+class="marked"\s*>[\s\S]*?<\/tr>/g)].map(([row]) =>
      readMarkup(row).text.trim(),
    );
    expect(rows.at(-1)).toMatch(/^as defined this policy 43\.0/);
    expect(section('sweep')).toContain('None of those tried is cheaper than this policy.');
    expect(section('sweep')).toContain('one threshold, nobody reviews † 100 % 33.0 % 0.467 +0.071 +0.014 to +0.128');
    expect(section('sweep')).toContain('chosen on one half of the rows and counted on the other');
  });

  test('names what is better, and doubts what may be chance', () => {
    const own = report.sweep.find(({ simulated }) => simulated)!;
    const better = (low: number, high: number) =>
      section(
        'sweep',
        render({ sweep: [{ ...own, name: 'other', simulated: false, difference: { mean: -0.1, low, high } }, own] }),
      );
    expect(better(-0.15, -0.05)).toContain('other costs 0.100 less per row (95 % interval −0.150 to −0.050).');
    expect(better(-0.25, 0.05)).toContain('other is cheapest, but not clearly: its 0.100 per row may be chance.');
  });
});

describe('a report with little in it', () => {
  const nothing: Partial<SimulationReport> = {
    automated: 0,
    review: 700,
    outcomes: { approve: 0, decline: 0 },
    automatedError: null,
    estimatedError: null,
    groups: {},
    reasons: {},
    skipped: {},
    sweep: [],
    riskCoverage: [{ threshold: 1, coverage: 0, error: null, costPerRow: 0.5 }],
    reliability: { rows: 0, brier: NaN, logLoss: NaN, ece: NaN, eceEqualMass: NaN, auc: null, bins: [] },
  };

  test.each([
    ['result', 'Wrong, by the labels – nothing is automated'],
    [
      'risk-coverage',
      'This policy automates nothing, so it makes no error of its own. No confidence automates any row.',
    ],
    ['reliability', 'No row was given a probability.'],
    ['groups', 'The definition protects no field, so there are no groups to compare.'],
    ['sweep', 'No other policy was tried.'],
    ['reasons', 'No reason was given.'],
    ['skipped', 'None: all 700 rows are counted.'],
  ])('says so in %s', (id, said) => {
    expect(section(id, render(nothing))).toContain(said);
  });

  test('draws no queue without reviews', () => {
    expect(section('reviews', render({ review: 0 })).trim()).toBe(
      'What reviewers have to do This policy leaves nothing to people: there is no queue.',
    );
    expect(section('result', render({ review: 0 }))).toContain('0 reviews nobody is needed');
  });

  test('has no figure that is not a number', () => {
    expect(readMarkup(render(nothing)).text).not.toMatch(/NaN|undefined|null|Infinity/);
    expect(text).not.toMatch(/NaN|undefined|null|Infinity/);
  });
});

test('rows left out are counted by cause, numbered as people count', () => {
  expect(section('skipped')).toContain('12 of 712 rows could not be counted');
  expect(section('skipped')).toContain('LABEL_UNKNOWN the column of history.label holds none of decide.labels 9 15');
});

describe('what comes from the data', () => {
  const named = (name: string) => {
    const [group] = Object.values(report.groups['input.foreign_worker']!);
    return renderReport(
      {
        ...report,
        pipeline: name,
        outcomes: { [name]: 301 },
        groups: { [name]: { [name]: { ...group!, outcomes: { [name]: 5 } } } },
        reasons: { [name]: 3 },
        skipped: { [name]: { rows: 1, first: 0 } },
        sweep: [{ ...report.sweep[1]!, name }],
      },
      { ...CONTEXT, title: name, dataFile: name, command: name },
    );
  };
  const names = new Set(elements.map(({ name }) => name));

  test.each(['<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', "'</title>&lt;", '</svg></style>]]>'])(
    '%s is text and nothing else',
    (name) => {
      const read = readMarkup(named(name));
      expect(read.elements.map((element) => element.name).filter((element) => !names.has(element))).toEqual([]);
      expect(read.text.split(name).length).toBeGreaterThan(12);
    },
  );

  test('never breaks the page', () => {
    const hostile = fc.constantFrom(
      '<',
      '>',
      '"',
      "'",
      '&',
      '/',
      '{',
      '|',
      '}',
      '\\',
      '\n',
      '%',
      'a',
      ' ',
      '-->',
      ']]>',
    );
    const name = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.array(hostile).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(name, (text) => readMarkup(named(text)).elements.every((element) => names.has(element.name))),
      { seed: 7, numRuns: 12 },
    );
  });
});
