// hex: nothing to install
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SignatureException;
import java.util.HexFormat;
import java.util.function.UnaryOperator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

public final class HexWebhook {
    /** Servlets: verify(request.getInputStream().readAllBytes(), request::getHeader, secret, Instant.now().getEpochSecond()). */
    public static void verify(byte[] body, UnaryOperator<String> header, String secret, long now) throws GeneralSecurityException {
        String timestamp = header.apply("X-Webhook-Timestamp"), signatures = header.apply("X-Webhook-Signature");
        if (timestamp == null || signatures == null) throw new SignatureException("a header is missing");
        if (!timestamp.matches("[0-9]{1,12}") || Math.abs(now - Long.parseLong(timestamp)) > 300) throw new SignatureException("too old, or from the future");
        if (secret.isEmpty()) throw new SignatureException("no secret");
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        mac.update((timestamp + ".").getBytes(StandardCharsets.UTF_8));
        byte[] expected = HexFormat.of().formatHex(mac.doFinal(body)).getBytes(StandardCharsets.UTF_8);
        for (String one : signatures.split(" ")) if (MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), expected)) return;
        throw new SignatureException("wrong signature");
    }
}
