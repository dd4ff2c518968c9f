/**
 * The way from a search to a request, loaded as one: a person who searches needs all three, and each file of its own would be
 * another round trip and more work for the page's thread.
 */
export { default as Reserve } from '#ui/patient/reserve-screen.svelte';
export { default as Results } from '#ui/patient/results-screen.svelte';
export { default as Slot } from '#ui/patient/slot-screen.svelte';
