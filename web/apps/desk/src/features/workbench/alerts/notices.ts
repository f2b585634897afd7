/** Desktop notifications: plain text beside the clock of the agent's computer, one for each session. */

/** Whether this page may show notifications, and if not, why. */
export type NoticePermission = NotificationPermission | "insecure" | "unsupported";

/** What a notification says. Both texts are shown as they are, never as markup (T101). */
export interface Notice {
  title: string;
  body: string;
}

/** The newest notification of a session comes forward again; TypeScript's library does not know the option. */
interface NoticeOptions extends NotificationOptions {
  renotify: boolean;
}

/** What may be shown now. */
export function noticePermission(): NoticePermission {
  if (!("Notification" in window)) return "unsupported";
  return window.isSecureContext ? Notification.permission : "insecure";
}

/** Asks the person, unless they have answered before. */
export async function askNoticePermission(): Promise<NoticePermission> {
  if (noticePermission() === "default") await Notification.requestPermission();
  return noticePermission();
}

/** The notifications that one page shows. */
export class Notices {
  readonly #shown = new Map<string, Notification>();

  /** Tells of a session, in place of what was told of it before. A click brings the page forward and calls back. */
  show(sessionId: string, notice: Notice, onClick: () => void): void {
    const shown = open(sessionId, notice);
    if (shown === undefined) return;
    this.#shown.set(sessionId, shown);
    shown.onclose = () => {
      if (this.#shown.get(sessionId) === shown) this.#shown.delete(sessionId);
    };
    shown.onclick = () => {
      window.focus();
      shown.close();
      onClick();
    };
  }

  /** Takes back what was told of sessions that are not `wanted` any more. */
  keepOnly(isWanted: (sessionId: string) => boolean): void {
    for (const [sessionId, shown] of this.#shown) if (!isWanted(sessionId)) shown.close();
  }
}

/** Shows what notifications look like; says whether they can be shown at all. */
export function showSample(notice: Notice): boolean {
  return open("sample", notice) !== undefined;
}

function open(tag: string, { title, body }: Notice): Notification | undefined {
  if (noticePermission() !== "granted") return undefined;
  // Sounds have a switch of their own, so the system's is not wanted.
  const options: NoticeOptions = { body, tag, silent: true, renotify: true };
  try {
    return new Notification(title, options);
  } catch {
    // Browsers of phones know the name but refuse it to pages.
    return undefined;
  }
}
