import { suffixShape, type Listener } from '@posthorn/contract'
import { AppError } from '#domain'
import type { ApplicationSnapshot } from '#store'

/** Two listeners of one application must not stand at the same place, disabled ones included (decisions/routes-of-listeners). */
export function refuseTaken(application: ApplicationSnapshot, id: string, { suffix, methods }: Listener): void {
  const shape = suffixShape(suffix)
  for (const other of application.listeners) {
    if (other.id === id || suffixShape(other.suffix) !== shape) continue
    const shared = (JSON.parse(other.methods) as string[]).filter((method) => (methods as readonly string[]).includes(method))
    if (shared.length === 0) continue
    const detail = `The listener "${other.name}" (${other.uid ?? other.id}) takes ${shared.join(', ')} at ${other.suffix} already.`
    throw new AppError('conflict', { detail, fields: [{ pointer: '/suffix', code: 'taken', message: detail }] })
  }
}
