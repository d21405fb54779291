import { expect } from 'chai';
import fc from 'fast-check';

import {
  addQuantities,
  attributeText,
  coversQuantities,
  formatAttributes,
  formatQuantities,
  parseAttributes,
  parseQuantities,
  parseResources,
  quantities,
  quantitiesOf,
  quantityOf,
  scalarQuantitiesOf,
  shortOf,
  subtractQuantities,
} from './index.js';

const anyQuantities = fc
  .dictionary(fc.constantFrom('cpus', 'mem', 'disk', 'ports'), fc.nat(1000))
  .map((units) => quantities(units));

describe('quantities', () => {
  it('sum all objects of a name and count ranges and sets', () => {
    const read = parseResources('cpus:1;cpus(eng):0.5;ports:[1-3];ports(eng):[9-9];tags:{a,b}');
    if (!read.ok) throw new Error(read.error.rule);
    expect(formatQuantities(quantitiesOf(read.value))).to.equal('cpus:1.5;ports:4;tags:2');
    expect(formatQuantities(scalarQuantitiesOf(read.value))).to.equal('cpus:1.5');
  });

  it('subtract saturates and forgets what reaches 0', () => {
    const rest = subtractQuantities(
      quantities({ cpus: 2, mem: 5 }),
      quantities({ cpus: 1, mem: 9 }),
    );
    expect(formatQuantities(rest)).to.equal('cpus:1');
    expect(quantityOf(rest, 'mem')).to.equal(0);
  });

  it('names the first amount that is missing', () => {
    const short = shortOf(quantities({ cpus: 1, mem: 4 }), quantities({ cpus: 1, mem: 5 }));
    expect(short).to.deep.equal({ name: 'mem', wanted: 5000, available: 4000 });
    expect(shortOf(quantities({}), quantities({}))).to.equal(undefined);
  });

  it('reads and prints, and refuses with a position', () => {
    const read = parseQuantities('mem:32;cpus:0.01');
    expect(read.ok ? formatQuantities(read.value) : '').to.equal('cpus:0.01;mem:32');
    const wrong = parseQuantities('cpus:1;mem:x');
    expect(wrong.ok ? -1 : wrong.error.position).to.equal(11);
  });

  it('add and subtract are inverse, and a sum covers its parts', () => {
    fc.assert(
      fc.property(anyQuantities, anyQuantities, (a, b) => {
        const sum = addQuantities(a, b);
        expect(subtractQuantities(sum, b)).to.deep.equal(a);
        expect(coversQuantities(sum, a) && coversQuantities(sum, b)).to.equal(true);
      }),
    );
  });
});

describe('attributes', () => {
  it('take their type from their form and keep their order', () => {
    const text = 'rack:r1;slots:10.50;keys:[1000-1500,3-4];tags:{b,a};url:http://x:80/';
    const read = parseAttributes(text);
    if (!read.ok) throw new Error(read.error.rule);
    expect(read.value.map((each) => each.type)).to.deep.equal([
      'TEXT',
      'SCALAR',
      'RANGES',
      'SET',
      'TEXT',
    ]);
    expect(formatAttributes(read.value)).to.equal(
      'rack:r1;slots:10.5;keys:[3-4,1000-1500];tags:{a,b};url:http://x:80/',
    );
    expect(read.value.map(attributeText)[1]).to.equal('10.5');
  });

  it('without a name are refused with a position', () => {
    const read = parseAttributes('rack:r1;oops');
    expect(read.ok ? -1 : read.error.position).to.equal(8);
  });
});
