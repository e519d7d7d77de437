import { GroupTallies } from '../../../core/simulation/group-tallies';

const OUTCOMES = ['yes', 'no'];
const tallies = (...paths: string[]) => new GroupTallies(paths, OUTCOMES);

test('groups are told apart by the value of the input or of the feature', () => {
  const groups = tallies('input.sex', 'features.region');
  groups.add({ input: { sex: 'f' }, features: { region: 7 } }, 'yes', 1, false);
  groups.add({ input: { sex: 'm' }, features: { region: 7 } }, 'no', 2, true);
  groups.add({ input: {}, features: { region: 8 } }, null, 0.5, false);
  expect(groups.figures()).toMatchObject({
    'input.sex': {
      '(none)': { rows: 1, automated: 0, review: 1, automatedError: null },
      f: { rows: 1, automated: 1, automatedError: 0, outcomes: { yes: 1, no: 0 } },
      m: { rows: 1, automated: 1, automatedError: 1, outcomes: { yes: 0, no: 1 } },
    },
    'features.region': {
      7: { rows: 2, realizedCost: 3, costPerRow: 1.5 },
      8: { rows: 1, realizedCost: 0.5 },
    },
  });
});

test('values with the names of what objects have are values like others', () => {
  const groups = tallies('input.name');
  for (const name of ['__proto__', 'constructor']) groups.add({ input: { name }, features: {} }, 'yes', 0, false);
  expect(Object.entries(groups.figures()['input.name']!).map(([value, { rows }]) => [value, rows])).toEqual([
    ['__proto__', 1],
    ['constructor', 1],
  ]);
});

test('a field with ever new values cannot fill the memory', () => {
  const groups = tallies('input.id');
  for (let id = 0; id < 1_000; id++) groups.add({ input: { id: `x${id}` }, features: {} }, 'yes', 1, false);
  groups.add({ input: { id: 'x0' }, features: {} }, 'no', 1, false);
  const figures = groups.figures()['input.id']!;
  expect(Object.keys(figures)).toHaveLength(201);
  expect(figures['(others)']!.rows).toBe(800);
  expect(figures.x0!.rows).toBe(2);
});
