export { AppTurnFailed } from './converge.js';
export {
  InvariantBroken,
  confirmTurn,
  mergeTurn,
  takeTurn,
  turnInSteps,
  type Turn,
  type TurnInput,
} from './take-turn.js';
