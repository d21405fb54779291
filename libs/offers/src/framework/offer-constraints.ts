/** What is looked at on a host: an attribute by name, or a field that every host has. */
export type AttributeSelector =
  | { readonly kind: 'attribute'; readonly name: string }
  | { readonly kind: 'HOSTNAME' | 'REGION' | 'ZONE' };

/**
 * TEXT predicates let attributes of other types pass (offer-core, CON-03 to CON-06): a constraint
 * on a text cannot judge a number. Patterns match the whole text.
 */
export type AttributePredicate =
  | { readonly kind: 'exists' | 'notExists' }
  | { readonly kind: 'textEquals' | 'textNotEquals'; readonly value: string }
  | { readonly kind: 'textMatches' | 'textNotMatches'; readonly pattern: string };

export interface AttributeConstraint {
  readonly selector: AttributeSelector;
  readonly predicate: AttributePredicate;
}

/**
 * Which agents may be offered (OfferConstraints of Mesos 1.11): at least one group of which every
 * constraint holds. At least one group, each with at least one constraint.
 */
export interface OfferConstraints {
  readonly groups: readonly (readonly AttributeConstraint[])[];
}
