export { advise, adviseOnRoom } from './advise.js';
