<?php
require "$argv[1]/standard.php";
require "$argv[1]/hex.php";

while (($line = fgets(STDIN)) !== false) {
    [$family, $secret, $id, $timestamp, $signatures, $now, $body] =
        array_map(fn ($field) => base64_decode(substr($field, 1)), explode(' ', trim($line)));
    $prefix = $family === 'hex' ? 'X-Webhook' : $family;
    $headers = ["$prefix-Id" => $id, "$prefix-Timestamp" => $timestamp, "$prefix-Signature" => $signatures];
    try {
        if ($family === 'hex') {
            verify_hex($body, $headers, $secret, (int) $now);
        } else {
            verify_standard($body, $headers, $secret, $family, (int) $now);
        }
        echo "verified\n";
    } catch (UnexpectedValueException $error) {
        echo $error->getMessage(), "\n";
    }
}
