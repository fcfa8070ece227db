import type { CompiledEndpoints } from './fan-out.ts'
import type { KeptFilter } from './kept-filter.ts'

/** Filters of so many characters are compiled in two milliseconds or so. */
const CHARACTERS_AT_ONCE = 16 * 1024

/** Compiles the filters that were not asked yet, and stops now and then, so that others have their turn before the first message is matched. */
export function* filtersCompiled(endpoints: CompiledEndpoints): Generator<void> {
  let characters = 0
  for (const { filter } of endpoints) {
    if (filter === null || filter.isCompiled) continue
    characters += filter.source.length
    filter.compiled()
    if (characters < CHARACTERS_AT_ONCE) continue
    characters = 0
    yield
  }
}

/** What was compiled for an older version of the same endpoints need not be compiled again: mostly one of them has changed. */
export function keepFilters(endpoints: CompiledEndpoints, older: CompiledEndpoints): void {
  const filters = new Map<string, KeptFilter>()
  for (const { id, filter } of older) if (filter?.isCompiled === true) filters.set(id, filter)
  if (filters.size === 0) return
  for (const { id, filter } of endpoints) {
    const before = filter === null ? undefined : filters.get(id)
    if (before !== undefined) filter!.takeFrom(before)
  }
}
