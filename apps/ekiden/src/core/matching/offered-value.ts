import type { Attribute, Resource } from '@ekiden/offers';

/** A resource or attribute as an offer shows it: exactly one of the four values is given. */
export interface OfferedValue {
  readonly name: string;
  /** Resources only. */
  readonly role?: string;
  /** Plain units: cores, MiB. */
  readonly scalar?: number;
  /** Both ends inclusive. */
  readonly ranges?: readonly { readonly begin: number; readonly end: number }[];
  readonly set?: readonly string[];
  /** Attributes only. */
  readonly text?: string;
}

export function shownResource(object: Resource): OfferedValue {
  const base = { name: object.name, role: object.role };
  switch (object.type) {
    case 'SCALAR':
      return { ...base, scalar: object.milli / 1000 };
    case 'RANGES':
      return { ...base, ranges: object.ranges };
    case 'SET':
      return { ...base, set: object.items };
  }
}

export function shownAttribute(attribute: Attribute): OfferedValue {
  switch (attribute.type) {
    case 'SCALAR':
      return { name: attribute.name, scalar: attribute.milli / 1000 };
    case 'RANGES':
      return { name: attribute.name, ranges: attribute.ranges };
    case 'SET':
      return { name: attribute.name, set: attribute.items };
    case 'TEXT':
      return { name: attribute.name, text: attribute.text };
  }
}
