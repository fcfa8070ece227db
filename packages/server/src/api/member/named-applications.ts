import type { MemberRole } from '@posthorn/contract'
import { AppError, type FieldFault } from '#domain'
import type { ApiDeps } from '../deps.ts'

/** The ids of the applications that a member is limited to, as they are kept. Each must be there; owners have them all. */
export async function namedApplications(
  { config }: Pick<ApiDeps, 'config'>,
  { names, role }: { readonly names: readonly string[] | null; readonly role: MemberRole },
): Promise<string | null> {
  if (names === null) return null
  if (role === 'owner')
    throw refused([
      {
        pointer: '/applications',
        code: 'owner_has_all',
        message: 'An owner has all applications. Leave them out, or choose another role.',
      },
    ])
  const found = await Promise.all(names.map((name) => config.application(name)))
  const missing = names.flatMap((name, at) =>
    found[at] === undefined
      ? [{ pointer: `/applications/${at}`, code: 'unknown_application', message: `There is no application "${name}".` }]
      : [],
  )
  if (missing.length > 0) throw refused(missing)
  return JSON.stringify([...new Set(found.map((one) => one!.id))])
}

function refused(fields: FieldFault[]): AppError {
  return new AppError('validation_error', { fields })
}
