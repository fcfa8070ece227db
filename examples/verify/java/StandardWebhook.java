// standard and svix: nothing to install
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SignatureException;
import java.util.Base64;
import java.util.function.UnaryOperator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

public final class StandardWebhook {
    /** Servlets: verify(request.getInputStream().readAllBytes(), request::getHeader, secret, "webhook", Instant.now().getEpochSecond()), or "svix". */
    public static void verify(byte[] body, UnaryOperator<String> header, String secret, String family, long now) throws GeneralSecurityException {
        String id = header.apply(family + "-id"), timestamp = header.apply(family + "-timestamp"), signatures = header.apply(family + "-signature");
        if (id == null || timestamp == null || signatures == null) throw new SignatureException("a header is missing");
        if (!timestamp.matches("[0-9]{1,12}") || Math.abs(now - Long.parseLong(timestamp)) > 300) throw new SignatureException("too old, or from the future");
        byte[] key = Base64.getDecoder().decode(secret.startsWith("whsec_") ? secret.substring(6) : secret);
        if (key.length == 0) throw new SignatureException("no secret");
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
        byte[] expected = ("v1," + Base64.getEncoder().encodeToString(mac.doFinal(body))).getBytes(StandardCharsets.UTF_8);
        for (String one : signatures.split(" ")) if (MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), expected)) return;
        throw new SignatureException("wrong signature");
    }
}
