<?php // hex: nothing to install

/** Throws unless these bytes were signed within five minutes: verify_hex(file_get_contents('php://input'), getallheaders(), $secret); */
function verify_hex(string $body, array $headers, string $secret, ?int $now = null): void
{
    $headers = array_change_key_case($headers);
    $timestamp = $headers['x-webhook-timestamp'] ?? '';
    if (!preg_match('/^[0-9]{1,12}$/D', $timestamp) || abs(($now ?? time()) - (int) $timestamp) > 300) {
        throw new UnexpectedValueException('no timestamp, too old, or from the future');
    }
    if ($secret === '') {
        throw new UnexpectedValueException('no secret');
    }
    $expected = hash_hmac('sha256', "$timestamp.$body", $secret);
    foreach (explode(' ', $headers['x-webhook-signature'] ?? '') as $one) {
        if (hash_equals($expected, $one)) {
            return;
        }
    }
    throw new UnexpectedValueException('wrong signature');
}
