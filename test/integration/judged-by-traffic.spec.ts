import { takesBackWhatFails } from './judged-by-traffic.js';

describe('By what the router counts', () => {
  takesBackWhatFails('embedded');
});
