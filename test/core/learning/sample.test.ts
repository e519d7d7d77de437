import fc from 'fast-check';
import { Sample } from '../../../core/learning/sample';

const draws = fc.uniqueArray(fc.double({ min: 0, max: 0.999, noNaN: true }), { maxLength: 40 });

test('it is the part of the smallest draws, in whatever order they come', () => {
  fc.assert(
    fc.property(draws, fc.integer({ min: 1, max: 12 }), fc.boolean(), (list, most, read) => {
      const sample = new Sample<{ draw: number }>(most);
      for (const draw of list) {
        sample.add({ draw });
        // Reading it in between changes nothing.
        if (read) sample.members();
      }
      const smallest = list.toSorted((a, b) => a - b).slice(0, most);
      expect(sample.members().map(({ draw }) => draw)).toEqual(smallest);
    }),
    { seed: 1 },
  );
});
