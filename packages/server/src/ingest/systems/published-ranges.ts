import type { System } from './system.ts'

const PRESET = 'preset:'

/** What a listener allows, with the ranges of each system that it names. One that has none, or is none, lets nobody in. */
export function rangesAllowed(allowed: readonly string[], systemOf: (name: string) => System): string[] {
  return allowed.flatMap((entry) => (entry.startsWith(PRESET) ? (systemOf(entry.slice(PRESET.length)).addresses?.ranges ?? []) : [entry]))
}
