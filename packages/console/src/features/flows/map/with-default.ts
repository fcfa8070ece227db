import type { Step } from '../model/definition.ts'

/** The step with a default behind a path that it reads as it is. The same step, if it does not. */
export function withDefault(step: Step, path: string): Step {
  const read = new RegExp(`\\{\\{\\s*${path.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\s*\\}\\}`, 'g')
  const change = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replaceAll(read, `{{ ${path} | default: "" }}`)
    if (Array.isArray(value)) return value.map(change)
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, change(part)]))
    return value
  }
  const changed = change(step) as Step
  return JSON.stringify(changed) === JSON.stringify(step) ? step : changed
}
