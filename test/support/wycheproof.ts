import sha1 from '../../packages/sdk/test-data/wycheproof/hmac_sha1_test.json' with { type: 'json' }
import sha256 from '../../packages/sdk/test-data/wycheproof/hmac_sha256_test.json' with { type: 'json' }
import sha512 from '../../packages/sdk/test-data/wycheproof/hmac_sha512_test.json' with { type: 'json' }

/** Wycheproof's vectors of HMAC, by the name of the hash. */
export const wycheproofHmac = { sha1, sha256, sha512 } as const
