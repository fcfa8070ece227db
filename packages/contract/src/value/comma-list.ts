import { z } from 'zod'

/** Several names in one query parameter: `a,b`, as Svix's clients send them, or the parameter repeated. None: no filter. */
export const commaList = z
  .union([z.string(), z.array(z.string())])
  .transform((given) => [given].flat().flatMap((text) => text.split(',').filter((part) => part !== '')))
