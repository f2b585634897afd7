import { execFileSync, spawnSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { describe, expect, it } from "vitest";

import { SIGNED_TEXT, SIGNING_EXAMPLES } from "./signing-examples";

interface Identity {
  user_id: string;
  expires_at: number;
  signature: string;
}

const SECRET = "s3cret";
const USER = "客户:7";

/** How a program of each language prints what the example returns. The user is its last argument, the file its first. */
const RUNS: Readonly<
  Record<string, { file: string; wrap: (code: string) => string; command: string[]; needs: string[] }>
> = {
  "Node.js": {
    file: "sign.mjs",
    wrap: (code) => `${code}\nconsole.log(JSON.stringify(frontdeskIdentity(process.argv[2])));`,
    command: ["node"],
    needs: ["node", "--version"],
  },
  Python: {
    file: "sign.py",
    wrap: (code) => `${code}\nimport json, sys\nprint(json.dumps(frontdesk_identity(sys.argv[1])))`,
    command: ["python3"],
    needs: ["python3", "--version"],
  },
  PHP: {
    file: "sign.php",
    wrap: (code) => `<?php\n${code}\necho json_encode(frontdesk_identity($argv[1]));`,
    command: ["php"],
    needs: ["php", "--version"],
  },
  Java: {
    file: "Sign.java",
    wrap: (code) => {
      const [imports, body] = code.split("\n\nclass ");
      const print = `var i = FrontdeskIdentity.of(args[0]); System.out.printf("{\\"user_id\\":\\"%s\\",\\"expires_at\\":%s,\\"signature\\":\\"%s\\"}", i.get("user_id"), i.get("expires_at"), i.get("signature"));`;
      return `${imports}\npublic class Sign { public static void main(String[] args) throws Exception { ${print} } }\nclass ${body}`;
    },
    command: ["java", "-Dfile.encoding=UTF-8", "-Dstdout.encoding=UTF-8"],
    needs: ["javac", "--version"],
  },
  Go: {
    file: "main.go",
    wrap: (code) =>
      code.replace("package frontdesk", "package main").replace('"encoding/hex"', '"encoding/hex"\n\t"encoding/json"') +
      "\nfunc main() {\n\ttext, _ := json.Marshal(IdentityOf(os.Args[1]))\n\tfmt.Println(string(text))\n}\n",
    command: ["go", "run"],
    needs: ["go", "version"],
  },
};

function has([program = "", ...rest]: string[]): boolean {
  return spawnSync(program, rest).status === 0;
}

describe("SEC-03: the signing examples", () => {
  for (const { language, code } of SIGNING_EXAMPLES) {
    const run = RUNS[language];
    if (run === undefined) throw new Error(`nobody tries the example for ${language}`);
    // What is not installed is reported as skipped.
    it.skipIf(!has(run.needs))(`for ${language} signs as the server checks`, () => {
      const folder = mkdtempSync(path.join(tmpdir(), "frontdesk-signing-"));
      try {
        const file = path.join(folder, run.file);
        writeFileSync(file, run.wrap(code));
        const [program = "", ...rest] = run.command;
        const env = { ...process.env, FRONTDESK_IDENTITY_SECRET: SECRET, LC_ALL: "C.UTF-8" };
        const printed = execFileSync(program, [...rest, file, USER], { env, encoding: "utf8" });
        const { user_id, expires_at, signature } = JSON.parse(printed) as Identity;
        expect(user_id).toBe(USER);
        const text = SIGNED_TEXT.replace("<expires_at>", String(expires_at)).replace("<user_id>", user_id);
        expect(signature).toBe(createHmac("sha256", SECRET).update(text).digest("hex"));
        const seconds = Math.floor(Date.now() / 1000);
        expect(expires_at).toBeGreaterThan(seconds);
        expect(expires_at).toBeLessThanOrEqual(seconds + 86_400);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }

  it("all sign the same text", () => {
    for (const { code } of SIGNING_EXAMPLES) expect(code).toContain("frontdesk-identity:v1:");
  });
});
