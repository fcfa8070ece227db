import { useQuery } from '@tanstack/react-query'
import { type LucideIcon, Plug } from 'lucide-react'
import { connectionsFoundQuery } from '../../connections/queries.ts'
import { stepIcon, stepKindsQuery } from '../../runs/step-kinds.ts'
import { type PaletteEntry, paletteEntries, systemEntry } from '../step/presentation.ts'
import type { Start } from '../step/starts.ts'

/** The headings of Select System, in their order. */
export const sections = ['Start with', 'Built-in Function', 'Notify', 'Data', 'Logic', 'Connect', 'Systems'] as const

/** One line of Select System. */
export interface PaletteOption {
  readonly key: string
  readonly section: string
  readonly label: string
  readonly about: string
  readonly icon: LucideIcon
  readonly choice: { readonly entry: PaletteEntry } | { readonly start: Start }
}

/** So many at once: who types on sees fewer. */
const SYSTEMS_MAX = 20

/** What the palette offers for a text, and what there is to say of the systems: the server looks for those. */
export function usePaletteOptions(
  app: string,
  starts: readonly Start[],
  wanted: string,
): { readonly options: readonly PaletteOption[]; readonly systems: 'none' | 'more' | 'unread' | undefined } {
  const kinds = useQuery(stepKindsQuery).data ?? []
  const text = wanted.trim()
  const found = useQuery(connectionsFoundQuery(app, text, SYSTEMS_MAX))
  const options = [
    // By their names alone: whoever looks for a step means the step.
    ...starts
      .filter(({ name }) => holds(name, text))
      .map((start) => ({ ...start, key: `start-${start.id}`, section: 'Start with', label: start.name, choice: { start } })),
    ...paletteEntries(kinds)
      .filter(({ label, about, section }) => holds(`${label} ${about} ${section}`, text))
      .map((entry) => ({ ...entry, key: entry.kind, icon: stepIcon(entry.kind), choice: { entry } })),
    ...(found.data?.connections ?? [])
      .map(systemEntry)
      .map((entry) => ({ ...entry, key: `system-${entry.label}`, icon: Plug, choice: { entry } })),
  ]
  const isNone = text === '' && found.data?.connections.length === 0
  return {
    options: sections.flatMap((section) => options.filter((option) => option.section === section)),
    systems: found.isError ? 'unread' : found.data?.more === true ? 'more' : isNone ? 'none' : undefined,
  }
}

function holds(text: string, wanted: string): boolean {
  return text.toLowerCase().includes(wanted.toLowerCase())
}
