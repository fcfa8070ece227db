import type { FieldFault } from './app-error.ts'

/** What a value from outside became: itself with its type known, or what is wrong with it. Pointers are relative to the value. */
export type Checked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly faults: readonly FieldFault[] }

export function faulty<T>(pointer: string, code: string, message: string): Checked<T> {
  return { ok: false, faults: [{ pointer, code, message }] }
}
