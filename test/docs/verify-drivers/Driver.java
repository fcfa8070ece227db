import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.TreeMap;

public final class Driver {
    public static void main(String[] args) throws Exception {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line; (line = lines.readLine()) != null; ) {
            String[] fields = line.split(" ");
            byte[][] bytes = new byte[7][];
            String[] text = new String[7];
            for (int i = 0; i < 7; i++) {
                bytes[i] = Base64.getDecoder().decode(fields[i].substring(1));
                text[i] = new String(bytes[i], StandardCharsets.UTF_8);
            }
            boolean hex = text[0].equals("hex");
            String prefix = hex ? "X-Webhook" : text[0];
            var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
            headers.put(prefix + "-Id", text[2]);
            headers.put(prefix + "-Timestamp", text[3]);
            headers.put(prefix + "-Signature", text[4]);
            try {
                if (hex) HexWebhook.verify(bytes[6], headers::get, text[1], Long.parseLong(text[5]));
                else StandardWebhook.verify(bytes[6], headers::get, text[1], text[0], Long.parseLong(text[5]));
                System.out.println("verified");
            } catch (java.security.SignatureException | IllegalArgumentException error) {
                System.out.println(error.getMessage());
            }
        }
    }
}
