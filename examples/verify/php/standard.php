<?php // standard and svix: nothing to install

/** Throws unless these bytes were signed within five minutes: verify_standard(file_get_contents('php://input'), getallheaders(), $secret); */
function verify_standard(string $body, array $headers, string $secret, string $family = 'webhook', ?int $now = null): void
{
    $headers = array_change_key_case($headers);
    [$id, $timestamp, $signatures] = array_map(fn ($name) => $headers["$family-$name"] ?? '', ['id', 'timestamp', 'signature']);
    if (!preg_match('/^[0-9]{1,12}$/D', $timestamp) || abs(($now ?? time()) - (int) $timestamp) > 300) {
        throw new UnexpectedValueException('no timestamp, too old, or from the future');
    }
    $key = base64_decode(preg_replace('/^whsec_/', '', $secret), true);
    if ($key === false || $key === '') {
        throw new UnexpectedValueException('no secret, or not in base64');
    }
    $expected = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$timestamp.$body", $key, true));
    foreach (explode(' ', $signatures) as $one) {
        if (hash_equals($expected, $one)) {
            return;
        }
    }
    throw new UnexpectedValueException('wrong signature');
}
