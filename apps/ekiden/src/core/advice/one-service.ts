import { deploymentGroupOf } from '../app/index.js';
import { replaces } from '../deployment/index.js';
import { NOTHING, finding, type Rule } from './view.js';

/** Two apps are one service for a while: nobody but a script knows which is to take over, and when. */
export const deploymentGroup: Rule = ({ partnerOf }, change) => {
  const { id, before, after } = change;
  const group = deploymentGroupOf(after);
  if (group === undefined || (before !== undefined && !replaces(change))) return NOTHING;
  const partner = partnerOf(after);
  if (partner === undefined) return NOTHING;
  const message = `'${id}' and '${partner}' are one service (HAPROXY_DEPLOYMENT_GROUP '${group}'): each takes requests by the number of its instances, until somebody stops one of them`;
  const remedy =
    'one app with "rollout": {"strategy": "blueGreen"} is looked at first, switched in one step, and back in one';
  const path = '/labels/HAPROXY_DEPLOYMENT_GROUP';
  return [finding('two-apps-one-service', id, { path, message, remedy })];
};
