import { err, ok, type Result } from '@ekiden/kernel';
import {
  CONSTRAINT_OPERATORS,
  type Constraint,
  type ConstraintOperator,
} from './app-definition.js';
import { wholePattern } from './pattern.js';

const OPERATORS: ReadonlySet<string> = new Set(CONSTRAINT_OPERATORS);

/** Fits the 32-bit integers that Marathon accepts. */
const INTEGER = /^[+-]?\d{1,10}$/;
const MESOS_VALUE = /^[a-zA-Z0-9_/.-]*$/;

/** Reads `[field, operator, value?]` (marathon-api 5.5) or says which rule it breaks (7.2). */
export function parseConstraint(fields: readonly string[]): Result<Constraint, string> {
  const [field, operator, value] = fields;
  if (field === undefined || operator === undefined || fields.length > 3) {
    return err('Each constraint must have either 2 or 3 fields');
  }
  if (!isOperator(operator)) {
    // Marathon lets other spellings of an operator pass and then fails with a 500.
    return OPERATORS.has(operator.toUpperCase())
      ? err(`illegal constraint specification ${fields.join(',')}`)
      : err(
          'operator must be one of the following UNIQUE, CLUSTER, GROUP_BY, LIKE, MAX_PER, UNLIKE or IS',
        );
  }
  if (field === '') return err('missing field for constraint declaration');
  const problem = problemOfValue(operator, value);
  if (problem !== undefined) return err(problem);
  return ok(value === undefined ? { field, operator } : { field, operator, value });
}

/** The form of the wire again. */
export function constraintFields({ field, operator, value }: Constraint): readonly string[] {
  return value === undefined ? [field, operator] : [field, operator, value];
}

export function isOperator(text: string): text is ConstraintOperator {
  return OPERATORS.has(text);
}

function problemOfValue(
  operator: ConstraintOperator,
  value: string | undefined,
): string | undefined {
  switch (operator) {
    case 'UNIQUE':
      return value === undefined ? undefined : 'UNIQUE does not accept a value';
    case 'CLUSTER':
      return undefined;
    case 'SPREAD':
      return value === undefined ? undefined : 'SPREAD does not accept a value';
    case 'GROUP_BY':
      return value === undefined || INTEGER.test(value)
        ? undefined
        : 'GROUP BY must define an integer value or else no value at all';
    case 'MAX_PER':
      return value !== undefined && INTEGER.test(value)
        ? undefined
        : 'MAX_PER requires an integer value';
    case 'LIKE':
    case 'UNLIKE':
      if (value === undefined || value === '') {
        return 'LIKE and UNLIKE require a non-empty, regular expression value';
      }
      return wholePattern(value) === undefined ? 'is not a valid regular expression' : undefined;
    case 'IS':
      return MESOS_VALUE.test(value ?? '')
        ? undefined
        : 'IS only supports Mesos text and float values (see http://mesos.apache.org/documentation/latest/attributes-resources/)';
  }
}
