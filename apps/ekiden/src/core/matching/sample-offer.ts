import { millis, type AgentId } from '@ekiden/kernel';
import {
  parseAttributes,
  parseResources,
  type FrameworkId,
  type Offer,
  type OfferId,
} from '@ekiden/offers';

/** For specs: an offer of host `h<number>`, from Mesos's texts of resources and attributes. */
export function sampleOffer(
  number: number,
  text: { readonly resources?: string; readonly attributes?: string } = {},
  domain?: { readonly region: string; readonly zone: string },
): Offer {
  const resources = parseResources(
    text.resources ?? 'cpus:4;mem:4096;disk:1000;ports:[31000-31999]',
  );
  const attributes = parseAttributes(
    ['executors:{docker,process}', text.attributes ?? ''].join(';'),
  );
  if (!resources.ok || !attributes.ok) throw new Error('not an offer');
  return {
    id: `offer-${number}` as OfferId,
    agentId: `agent-${number}` as AgentId,
    hostname: `h${number}`,
    frameworkId: 'framework' as FrameworkId,
    role: '*',
    resources: resources.value,
    attributes: attributes.value,
    createdAt: millis(0),
    ...(domain === undefined ? {} : { domain }),
  };
}
