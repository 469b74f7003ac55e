export { splitWords } from './split-words.js';
export { type WordPlaces, writeWords } from './write-words.js';
