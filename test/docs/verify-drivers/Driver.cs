using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Text;

public static class Driver
{
    public static void Main()
    {
        for (string line; (line = Console.ReadLine()) != null;)
        {
            byte[][] bytes = line.Split(' ').Select(field => Convert.FromBase64String(field.Substring(1))).ToArray();
            string[] text = bytes.Select(Encoding.UTF8.GetString).ToArray();
            bool hex = text[0] == "hex";
            string prefix = hex ? "X-Webhook" : text[0];
            var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
            {
                [prefix + "-Id"] = text[2], [prefix + "-Timestamp"] = text[3], [prefix + "-Signature"] = text[4],
            };
            try
            {
                if (hex) HexWebhook.Verify(bytes[6], name => headers[name], text[1], long.Parse(text[5]));
                else StandardWebhook.Verify(bytes[6], name => headers[name], text[1], text[0], long.Parse(text[5]));
                Console.WriteLine("verified");
            }
            catch (Exception error) when (error is CryptographicException || error is FormatException)
            {
                Console.WriteLine(error.Message);
            }
        }
    }
}
