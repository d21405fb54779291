/**
 * What is looked at on a host: the first attribute of a name, or a field (Mesos's
 * pseudo-attributes; `REGION` and `ZONE` are missing on a host without a domain) (offer-core 1.8).
 */
export type AttributeSelector =
  | { readonly kind: 'attribute'; readonly name: string }
  | { readonly kind: 'HOSTNAME' | 'REGION' | 'ZONE' };

/**
 * What has to be true of it. An attribute that is missing passes the negative predicates only; one
 * that is no text passes all predicates on texts: they cannot judge a number (offer-core 1.8,
 * CON-01 to CON-06). Patterns match the whole text, in the subset of RE2's syntax that
 * `compilePattern` reads.
 */
export type AttributePredicate =
  | { readonly kind: 'exists' | 'notExists' }
  | { readonly kind: 'textEquals' | 'textNotEquals'; readonly value: string }
  | { readonly kind: 'textMatches' | 'textNotMatches'; readonly pattern: string };

/** One condition on one attribute (Mesos's AttributeConstraint, offer-core 1.8). */
export interface AttributeConstraint {
  readonly selector: AttributeSelector;
  readonly predicate: AttributePredicate;
}

/**
 * Which agents may be offered (OfferConstraints of Mesos 1.11): those that pass every constraint
 * of at least one group. At least one group, each with at least one constraint (CON-13).
 */
export interface OfferConstraints {
  readonly groups: readonly (readonly AttributeConstraint[])[];
}
