/**
 * Limits of one definition; generous for people, small enough that publishing never blocks the process.
 *
 * @example flowLimits.stepsMax // 500
 */
export const flowLimits = {
  nameCharactersMax: 120,
  notesCharactersMax: 10_000,
  stepsMax: 500,
  depthMax: 16,
  /** Names and texts of the whole definition together. */
  charactersMax: 262_144,
  /** Objects, lists, texts, numbers and the rest, at any depth. */
  valuesMax: 10_000,
  /** Of one step, without the steps inside it: each is compiled in one go. */
  stepCharactersMax: 65_536,
  stepValuesMax: 4000,
  /** What stands between `{{` and `}}` in one step. */
  stepTemplatedCharactersMax: 16_384,
  templateCharactersMax: 65_536,
  expressionCharactersMax: 16_384,
  headersMax: 100,
  conditionsMax: 20,
} as const
