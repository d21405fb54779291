export { forecastPlan } from './forecast-plan.js';
