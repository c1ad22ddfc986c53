/** Stands at the head of pages that nobody writes. */
export const GENERATED = "<!-- Made by npm run generate; do not edit. -->";
