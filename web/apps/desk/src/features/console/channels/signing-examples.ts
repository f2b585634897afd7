/** What is signed: the server checks HMAC-SHA256 over exactly this text (SEC-03). */
export const SIGNED_TEXT = "frontdesk-identity:v1:<expires_at>:<user_id>";

/** Code for the website's own server, in the languages that most of them are written in. */
export const SIGNING_EXAMPLES = [
  {
    language: "Node.js",
    code: `import { createHmac } from "node:crypto";

export function frontdeskIdentity(userId) {
  const expiresAt = Math.floor(Date.now() / 1000) + 3600;
  const signature = createHmac("sha256", process.env.FRONTDESK_IDENTITY_SECRET)
    .update(\`frontdesk-identity:v1:\${expiresAt}:\${userId}\`)
    .digest("hex");
  return { user_id: userId, expires_at: expiresAt, signature };
}`,
  },
  {
    language: "Python",
    code: `import hashlib, hmac, os, time

def frontdesk_identity(user_id: str) -> dict:
    expires_at = int(time.time()) + 3600
    message = f"frontdesk-identity:v1:{expires_at}:{user_id}"
    key = os.environ["FRONTDESK_IDENTITY_SECRET"].encode()
    signature = hmac.new(key, message.encode(), hashlib.sha256).hexdigest()
    return {"user_id": user_id, "expires_at": expires_at, "signature": signature}`,
  },
  {
    language: "PHP",
    code: `function frontdesk_identity(string $userId): array {
    $expiresAt = time() + 3600;
    $message = "frontdesk-identity:v1:{$expiresAt}:{$userId}";
    $signature = hash_hmac("sha256", $message, getenv("FRONTDESK_IDENTITY_SECRET"));
    return ["user_id" => $userId, "expires_at" => $expiresAt, "signature" => $signature];
}`,
  },
  {
    language: "Java",
    code: `import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

class FrontdeskIdentity {
    static Map<String, Object> of(String userId) throws Exception {
        long expiresAt = Instant.now().getEpochSecond() + 3600;
        Mac mac = Mac.getInstance("HmacSHA256");
        byte[] key = System.getenv("FRONTDESK_IDENTITY_SECRET").getBytes(StandardCharsets.UTF_8);
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        String message = "frontdesk-identity:v1:" + expiresAt + ":" + userId;
        byte[] signature = mac.doFinal(message.getBytes(StandardCharsets.UTF_8));
        return Map.of("user_id", userId, "expires_at", expiresAt, "signature", HexFormat.of().formatHex(signature));
    }
}`,
  },
  {
    language: "Go",
    code: `package frontdesk

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"time"
)

type Identity struct {
	UserID    string \`json:"user_id"\`
	ExpiresAt int64  \`json:"expires_at"\`
	Signature string \`json:"signature"\`
}

func IdentityOf(userID string) Identity {
	expiresAt := time.Now().Unix() + 3600
	mac := hmac.New(sha256.New, []byte(os.Getenv("FRONTDESK_IDENTITY_SECRET")))
	fmt.Fprintf(mac, "frontdesk-identity:v1:%d:%s", expiresAt, userID)
	return Identity{userID, expiresAt, hex.EncodeToString(mac.Sum(nil))}
}`,
  },
] as const;
