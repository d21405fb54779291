import type { Range } from './ranges.js';
import type { Resource } from './resource.js';

/** Labels as Mesos's JSON shows them. */
export interface LabelsJson {
  readonly labels: readonly { readonly key: string; readonly value?: string }[];
}

export interface ReservationJson {
  readonly type: 'STATIC' | 'DYNAMIC';
  readonly role: string;
  readonly principal?: string;
  readonly labels?: LabelsJson;
}

export interface DiskJson {
  readonly source?: {
    readonly type: 'PATH' | 'MOUNT' | 'BLOCK' | 'RAW';
    readonly path?: { readonly root?: string };
    readonly mount?: { readonly root?: string };
    readonly id?: string;
    readonly profile?: string;
    readonly vendor?: string;
  };
  readonly persistence?: { readonly id: string; readonly principal?: string };
  readonly volume?: { readonly container_path: string; readonly mode: 'RW' | 'RO' };
}

/** One resource object as Mesos's v1 JSON shows it: units, not thousandths. */
export interface ResourceJson {
  readonly name: string;
  readonly type: Resource['type'];
  /** `*`, or the role of the top of `reservations`. */
  readonly role: string;
  /** Bottom first; absent when unreserved. */
  readonly reservations?: readonly ReservationJson[];
  readonly provider_id?: { readonly value: string };
  readonly disk?: DiskJson;
  readonly revocable?: Readonly<Record<string, never>>;
  /** A shared object stands in the array once for each copy. */
  readonly shared?: Readonly<Record<string, never>>;
  readonly scalar?: { readonly value: number };
  readonly ranges?: { readonly range: readonly Range[] };
  readonly set?: { readonly item: readonly string[] };
}
