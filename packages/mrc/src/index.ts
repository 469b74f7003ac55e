export type { Answer, Question } from './question.js';
export { type MisalignedAnswer, parseSquad, type SquadFile, type SquadOptions } from './squad.js';
