import type { applicationIn } from '@posthorn/contract'
import type { z } from 'zod'
import { AppError, isUid } from '#domain'
import type { ApplicationSnapshot } from '#store'
import type { ApiDeps } from '../deps.ts'
import type { Call } from '../route.ts'
import { insertApplication } from './create-application.ts'

/**
 * An application that comes with the first message to it. The path names its uid; the body may say it again, and then the same.
 * Undefined: the call brings none.
 */
export async function makeApplication(
  deps: ApiDeps,
  call: Pick<Call, 'actor' | 'ip'> & { readonly name: string },
  given: z.output<typeof applicationIn> | null | undefined,
): Promise<ApplicationSnapshot | undefined> {
  if (!given || !isUid('app', call.name)) return undefined
  if (given.uid != null && given.uid !== call.name) {
    const message = `The path says "${call.name}". Give the same uid, or leave it out.`
    throw new AppError('validation_error', { fields: [{ pointer: '/application/uid', code: 'application_uid_mismatch', message }] })
  }
  try {
    await insertApplication(deps, call, { ...given, uid: call.name })
  } catch (error) {
    // Of two first messages at once, the other made it.
    if (!(error instanceof AppError && error.code === 'conflict')) throw error
  }
  return deps.config.application(call.name)
}
