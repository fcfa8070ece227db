import { z } from 'zod'

/**
 * Any JSON value. Who reads it has parsed JSON already, so nothing is left to check but that it is there: zod's own schema of JSON walks
 * through the whole value once more, which took a second for a body of the largest size that the API takes.
 *
 * @example anyJson.safeParse(null).success // true
 */
export const anyJson = z.custom<z.core.util.JSONType>((value) => value !== undefined, 'This field is required: give any JSON.')
