/** A fault as people read it: what happened, and where. */
export function faultWords(fault: unknown): { readonly title: string; readonly detail: string | undefined } {
  if (typeof fault !== 'object' || fault === null) return { title: String(fault), detail: undefined }
  const { message, code, step_id: step, paths } = fault as Readonly<Record<string, unknown>>
  const where = Array.isArray(paths) && paths.length > 0 ? ` at ${paths.join(', ')}` : ''
  const title = typeof message === 'string' && message !== '' ? message : `The step ended with ${String(code)}.`
  return { title, detail: `${String(code ?? 'failed')}${typeof step === 'string' && step !== '' ? `, step ${step}` : ''}${where}` }
}
