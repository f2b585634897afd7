import type { components } from "@frontdesk/api-client/schema";
import { useState } from "react";

import "./visitor-picture.css";

interface VisitorPictureProps {
  session: Pick<components["schemas"]["SessionSummary"], "id" | "visitor">;
  /** As it is shown; its first sign stands where there is no picture. */
  name: string;
}

/**
 * The visitor's picture, or their initial. The desk fetches the picture from the address that the host page told: this browser
 * asks the desk only (T106).
 */
export function VisitorPicture({ session, name }: VisitorPictureProps) {
  const { avatar } = session.visitor;
  return (
    <span className="visitor-picture" aria-hidden>
      {[...name][0]}
      {avatar !== undefined && (
        <Picture key={avatar} src={`/api/v1/sessions/${session.id}/visitor-picture?of=${markOf(avatar)}`} />
      )}
    </span>
  );
}

function Picture({ src }: { src: string }) {
  const [hasFailed, setFailed] = useState(false);
  if (hasFailed) return null;
  return <img src={src} alt="" draggable={false} onError={() => setFailed(true)} />;
}

/** A number that differs for another address (FNV-1a), so that the browser asks again. The address may hold what no log should. */
function markOf(address: string): number {
  let mark = 0x811c9dc5;
  for (const sign of address) mark = Math.imul(mark ^ sign.codePointAt(0)!, 0x01000193);
  return mark >>> 0;
}
