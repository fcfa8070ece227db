import sha1 from '../../packages/sdk/test-data/wycheproof/hmac_sha1_test.json' with { type: 'json' }
import sha256 from '../../packages/sdk/test-data/wycheproof/hmac_sha256_test.json' with { type: 'json' }
import sha512 from '../../packages/sdk/test-data/wycheproof/hmac_sha512_test.json' with { type: 'json' }

/** Wycheproof's vectors of HMAC, by the name of the hash. */
export const wycheproofHmac = { sha1, sha256, sha512 } as const

/** Those of signatures with a key pair. */
export { default as wycheproofEcdsa } from '../../packages/sdk/test-data/wycheproof/ecdsa_secp256r1_sha256_test.json' with { type: 'json' }
export { default as wycheproofEd25519 } from '../../packages/sdk/test-data/wycheproof/ed25519_test.json' with { type: 'json' }
export { default as wycheproofRsa } from '../../packages/sdk/test-data/wycheproof/rsa_signature_2048_sha256_test.json' with { type: 'json' }
