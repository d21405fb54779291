import autocannon from 'autocannon';
import { EventFollowers } from './follow-events.js';
import type { EventsResult, LoadOrder, LoadResult, Order, Reply } from './messages.js';
import { sendRequests } from './send-requests.js';

let followers: EventFollowers | undefined;

process.on('message', ({ id, order }: { readonly id: number; readonly order: Order }) => {
  const tell = (reply: Reply): void => void process.send?.(reply);
  obey(order).then(
    (result) => tell({ id, result }),
    (fault: unknown) => tell({ id, fault: String(fault) }),
  );
});

async function obey(order: Order): Promise<LoadResult | EventsResult | undefined> {
  switch (order.kind) {
    case 'rate':
      return fire(order.load);
    case 'latency':
      return sendRequests(order.load);
    case 'events':
      followers = await EventFollowers.open(order.url, order.subscribers, order.type);
      return undefined;
    case 'endEvents':
      return followers?.end();
  }
}

async function fire({ url, connections, seconds, paths, headers }: LoadOrder): Promise<LoadResult> {
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    requests: paths.map((path) => ({ path })),
    ...(headers === undefined ? {} : { headers }),
  });
  const { latency } = result;
  return {
    requests: result.requests.total,
    rate: result.requests.total / result.duration,
    p50: latency.p50,
    p99: latency.p99,
    max: latency.max,
    firstByte: 0,
    bytes: result.throughput.total,
    failures: result.errors + result.non2xx,
  };
}
