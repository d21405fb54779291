import { losesNothingOnProcesses } from './lossless-processes.js';

describe('Under load through the service port no request is lost', () => {
  losesNothingOnProcesses('embedded', ['update', 'switch', 'away']);
});
