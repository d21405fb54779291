import { takesBackWhatFails } from './judged-by-traffic.js';

describe('By what HAProxy counts', () => {
  takesBackWhatFails('haproxy');
});
