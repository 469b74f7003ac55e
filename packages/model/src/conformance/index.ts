export { checkConformance } from './conformance.js';
export { difficultSentences } from './sentences.js';
