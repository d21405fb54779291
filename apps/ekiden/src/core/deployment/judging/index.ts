export { errorPercentOf, judgeTraffic, latencyMsOf, type Judgement } from './judge-traffic.js';
export {
  figuresAt,
  newRecord,
  noteReading,
  trafficKey,
  type Counts,
  type TaskCounts,
  type TrafficRecord,
} from './traffic-record.js';
