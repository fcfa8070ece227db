import type { CatalogueName } from '@posthorn/contract'
import type { CatalogueEventType } from './catalogue.ts'
import { invoiceMaker } from './invoice-maker.ts'

/** Event types that ship with the program, by the name under which they are imported. */
export const catalogues: Readonly<Record<CatalogueName, readonly CatalogueEventType[]>> = { 'invoice-maker': invoiceMaker }
