declare const brand: unique symbol;

/** A nominal type over `T`: two brands of the same base type cannot be swapped by accident. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };
