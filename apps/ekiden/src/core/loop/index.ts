export {
  AppTurnFailed,
  InvariantBroken,
  mergeTurn,
  takeTurn,
  turnInSteps,
  type Turn,
  type TurnInput,
} from './take-turn.js';
