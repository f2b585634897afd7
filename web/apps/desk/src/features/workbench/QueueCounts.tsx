import type { QueueCount } from "@frontdesk/live/types";
import { useText } from "@frontdesk/ui/react/language";

import { workbenchMessages } from "./workbench-messages";

/** How many wait in each of the own skill groups (WORK-02). */
export function QueueCounts({ queues }: { queues: readonly QueueCount[] }) {
  const t = useText(workbenchMessages);
  if (queues.length === 0) return null;
  const total = queues.reduce((sum, { waiting }) => sum + waiting, 0);
  return (
    <section className="queues" aria-label={t("waiting")}>
      <h2 className="list-heading">
        {t("waiting")} <span className="list-count">({total})</span>
      </h2>
      <ul>
        {queues.map(({ skill_group_id, name, waiting }) => (
          <li key={skill_group_id} data-waiting={waiting > 0} title={t("waitingOf", { name, count: waiting })}>
            <span className="queue-name">{name}</span> <span className="queue-count">{waiting}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
