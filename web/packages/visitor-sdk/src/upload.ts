/** One upload with progress. `fetch` cannot report how much has gone out, so this is an XMLHttpRequest. */
import { problemOf, TroubleError } from "./trouble";
import type { Attachment } from "./types";

/** What to send and whom to tell. */
export interface UploadOptions {
  readonly file: File;
  readonly headers: Readonly<Record<string, string>>;
  /** Called with the share that has gone out, 0 to 1. */
  readonly progress: (share: number) => void;
  readonly signal: AbortSignal;
}

/** Sends the file as multipart field `file`; fails with a `TroubleError`. */
export function upload(
  request: XMLHttpRequest,
  url: string,
  { file, headers, progress, signal }: UploadOptions,
): Promise<Attachment> {
  return new Promise((resolve, reject) => {
    const broken = () => reject(new TroubleError({ code: "offline", class: "retry", message: "upload interrupted" }));
    request.open("POST", url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => {
      if (event.lengthComputable && event.total > 0) progress(event.loaded / event.total);
    };
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve(JSON.parse(request.responseText) as Attachment);
      else reject(new TroubleError(problemOf(request.status, request.responseText)));
    };
    request.onerror = broken;
    request.onabort = broken;
    signal.addEventListener("abort", () => request.abort(), { once: true });
    const form = new FormData();
    form.append("file", file);
    request.send(form);
  });
}
