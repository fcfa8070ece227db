import { AppError, operationalApplication } from '#domain'

/** For what nobody may do with the application by which Posthorn tells its operator what it does. */
export function refuseReserved({ id }: { readonly id: string }): void {
  if (id === operationalApplication.id) throw new AppError('application_reserved')
}
