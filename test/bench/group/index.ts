export { group } from './group.js';
export { appsOnLevels, groupOfLevels } from './five-levels.js';
