/** The one signer (decisions/one-signer): the server signs and verifies with the code that is published. */
export {
  type SigningKey,
  type SigningProfile,
  type VerifyFailureCode,
  canonicalSecret,
  canonicalSignature,
  generateSecret,
  headersOf,
  prepareKey,
  publicKeyOf,
  sign,
  signingProfiles,
  staleWords,
  unitSlip,
  verify,
} from '@posthorn/sdk/signing'
