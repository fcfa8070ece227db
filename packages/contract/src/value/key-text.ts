import { z } from 'zod'

const length = 'A key has 1 to 256 characters.'

/** What a caller calls a job or an entry. Stores keep neither NUL nor half a character, so two keys would become one. */
export const keyText = z
  .string()
  .min(1, length)
  .max(256, length)
  .refine((text) => text.isWellFormed() && !text.includes('\0'), 'A key has neither NUL nor halves of surrogate pairs.')
