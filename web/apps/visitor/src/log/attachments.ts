/**
 * Bytes of attachments as `blob:` addresses. They need the visitor's token, so an `<img>` cannot fetch them by
 * itself. Kept as long as the page.
 */
import type { VisitorClient } from "@frontdesk/visitor-sdk";

type Variant = "whole" | "thumbnail";

/** Fetches each attachment once. */
export class AttachmentCache {
  readonly #urls = new Map<string, Promise<string>>();

  constructor(private readonly client: Pick<VisitorClient, "attachment">) {}

  /** A `blob:` address of the attachment; after a failure the next call tries again. */
  url(id: string, variant: Variant): Promise<string> {
    const key = `${id} ${variant}`;
    const known = this.#urls.get(key);
    if (known !== undefined) return known;
    const url = this.client.attachment(id, variant).then((blob) => URL.createObjectURL(blob));
    url.catch(() => this.#urls.delete(key));
    this.#urls.set(key, url);
    return url;
  }
}

/** Hands the browser a file to save. */
export function save(url: string, name: string): void {
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
}
