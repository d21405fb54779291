export {
  AppTurnFailed,
  InvariantBroken,
  mergeTurn,
  takeTurn,
  type Turn,
  type TurnInput,
} from './take-turn.js';
