import type { ReactNode } from "react";

import "./notice.css";

interface NoticeProps {
  title: string;
  text: string;
  action?: ReactNode;
  /** `alert` for what has just gone wrong. */
  role?: "alert" | "status";
  /** A page of its own instead of a part of one. */
  isPage?: boolean;
}

/** A title, a sentence and what one can do now, in the middle of where something else would be. */
export function Notice({ title, text, action, role, isPage = false }: NoticeProps) {
  return (
    <div className="notice" data-page={isPage} role={role}>
      {isPage ? <h1 className="notice-title">{title}</h1> : <p className="notice-title">{title}</p>}
      <p className="notice-text">{text}</p>
      {action !== undefined && <div className="notice-action">{action}</div>}
    </div>
  );
}
