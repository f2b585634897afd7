/** Uploads a file with its progress, which `fetch` cannot tell. */
import { IDEMPOTENCY_KEY } from "./idempotency";
import { noAnswer, problemFrom, type ProblemError } from "./problem";
import type { components } from "./schema";

type Attachment = components["schemas"]["Attachment"];

/** One upload. */
export interface UploadRequest {
  url: string;
  file: File;
  /** The same on every attempt (C02). */
  key: string;
  headers: Readonly<Record<string, string>>;
  /** Called with 0 to 1. */
  onProgress: (part: number) => void;
  signal: AbortSignal;
}

/** Without a byte for so long an upload counts as dead, in milliseconds. */
const STALLED_MS = 30_000;

/** Sends the file as the form field `file`. Fails with a [ProblemError], or with the signal's reason when aborted. */
export function upload(request: UploadRequest, xhr = new XMLHttpRequest()): Promise<Attachment> {
  return new Promise((resolve, reject) => {
    const fail = (error: ProblemError) => {
      cleanUp();
      reject(error);
    };
    let stalled = setTimeout(() => xhr.abort(), STALLED_MS);
    const alive = () => {
      clearTimeout(stalled);
      stalled = setTimeout(() => xhr.abort(), STALLED_MS);
    };
    const abort = () => xhr.abort();
    const cleanUp = () => {
      clearTimeout(stalled);
      request.signal.removeEventListener("abort", abort);
    };
    request.signal.addEventListener("abort", abort);
    xhr.upload.onprogress = (event) => {
      alive();
      if (event.lengthComputable && event.total > 0) request.onProgress(event.loaded / event.total);
    };
    xhr.onerror = () => fail(noAnswer("offline"));
    xhr.onabort = () => fail(noAnswer("timeout"));
    xhr.onload = () => {
      const body = parse(xhr.responseText);
      if (xhr.status < 200 || xhr.status > 299) return fail(problemFrom(body, xhr.status));
      cleanUp();
      resolve(body as Attachment);
    };
    xhr.open("POST", request.url);
    for (const [name, value] of Object.entries(request.headers)) xhr.setRequestHeader(name, value);
    xhr.setRequestHeader(IDEMPOTENCY_KEY, request.key);
    const form = new FormData();
    form.append("file", request.file);
    xhr.send(form);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
