import type { FieldFault, OpenListenerAuth } from '#domain'
import type { System } from './system.ts'

/** What of an authentication by preset does not fit what its system asks for. */
export function listenerFaults(auth: Extract<OpenListenerAuth, { kind: 'preset' }>, system: System): FieldFault[] {
  const { title, secret, verifyToken, settings } = system
  const faults: FieldFault[] = []
  const fault = (pointer: string, message: string) => void faults.push({ pointer, message, code: 'invalid' })
  if (secret !== null && auth.secrets.length === 0) fault('/auth/secrets', `Give at least one secret: ${secret.label}. ${secret.where}`)
  if (secret === null && auth.secrets.length > 0) fault('/auth/secrets', `${title} has no shared secret: leave the list empty.`)
  if (verifyToken?.required && auth.verifyToken === undefined)
    fault('/auth/verifyToken', `${title} asks for it: ${verifyToken.label}. ${verifyToken.where}`)
  if (verifyToken === null && auth.verifyToken !== undefined) fault('/auth/verifyToken', `${title} shows no such token: leave it out.`)
  for (const { name, label, where, pattern } of settings) {
    const value = auth.settings[name]
    if (value === undefined) fault(`/auth/settings/${name}`, `${title} asks for it: ${label}. ${where}`)
    else if (!new RegExp(`^(?:${pattern})$`).test(value)) fault(`/auth/settings/${name}`, `This is not written as ${label} is. ${where}`)
  }
  for (const name of Object.keys(auth.settings)) {
    if (settings.some((known) => known.name === name)) continue
    const names = settings.map((known) => known.name).join(', ')
    fault(
      `/auth/settings/${name}`,
      settings.length === 0 ? `${title} asks for no settings.` : `There is no setting "${name}"; there are ${names}.`,
    )
  }
  return faults
}
