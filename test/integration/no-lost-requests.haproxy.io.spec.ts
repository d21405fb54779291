import { losesNothingOnProcesses } from './lossless-processes.js';

describe('Under load through HAProxy no request is lost', () => {
  losesNothingOnProcesses('haproxy', ['switch']);
});
