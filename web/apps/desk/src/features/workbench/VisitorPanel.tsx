import type { LiveSession } from "@frontdesk/live/workbench";
import { formatExact, formatTime } from "@frontdesk/ui/i18n/format";
import { LANGUAGE_NAMES } from "@frontdesk/ui/i18n/language";
import { VisitorPicture } from "@frontdesk/ui/react/VisitorPicture";
import { useLanguage, useText } from "@frontdesk/ui/react/language";
import { revealHidden } from "@frontdesk/ui/text/hidden";
import type { ReactNode } from "react";

import { describeBrowser } from "./describe-browser";
import { visitorName } from "./session-words";
import { workbenchMessages } from "./workbench-messages";

/** What is known of the visitor and of how they came. */
export function VisitorPanel({ session }: { session: LiveSession }) {
  const t = useText(workbenchMessages);
  const { visitor, source, skill_group, started_at, assigned_at, ended_at, ended_by } = session.summary;
  return (
    <div className="visitor-panel">
      <div className="visitor-panel-who">
        <VisitorPicture session={session.summary} name={visitorName(session)} />
        <h2>{visitorName(session)}</h2>
      </div>
      <dl>
        <Fact label={t("visitorStatus")}>
          <span className="status-dot" data-status={visitor.online ? "free" : "offline"} aria-hidden />{" "}
          {t(visitor.online ? "statusOnline" : "statusOffline")}
        </Fact>
        {visitor.external_id !== undefined && <Fact label={t("externalId")}>{revealHidden(visitor.external_id)}</Fact>}
        <Fact label={t("source")}>{revealHidden(source)}</Fact>
        {skill_group !== undefined && <Fact label={t("skillGroup")}>{skill_group.name}</Fact>}
        <Moment label={t("startedAt")} at={started_at} />
        {assigned_at !== undefined && <Moment label={t("assignedAt")} at={assigned_at} />}
        {ended_at !== undefined && <Moment label={t("endedAt")} at={ended_at} />}
        {ended_by !== undefined && <Fact label={t("endedBy")}>{t(`endedBy_${ended_by}`)}</Fact>}
        <Moment label={t("firstSeen")} at={visitor.first_seen_at} />
        <Fact label={t("language")}>{LANGUAGE_NAMES[visitor.language]}</Fact>
        <Fact label={t("browser")}>
          <span title={revealHidden(visitor.user_agent)}>
            {describeBrowser(visitor.user_agent) ?? t("unknownBrowser")}
          </span>
        </Fact>
        {visitor.avatar !== undefined && <Fact label={t("avatarAddress")}>{revealHidden(visitor.avatar)}</Fact>}
      </dl>
      <CustomData data={visitor.custom_data} />
    </div>
  );
}

/** What the website tells through the visitor's browser: plain text, and never proof (T102, T307). */
function CustomData({ data }: { data: Readonly<Record<string, string>> }) {
  const t = useText(workbenchMessages);
  const entries = Object.entries(data);
  if (entries.length === 0) return null;
  return (
    <section aria-label={t("customData")}>
      <h3>{t("customData")}</h3>
      <p className="visitor-panel-note">{t("customDataNote")}</p>
      <dl>
        {entries.map(([name, value]) => (
          <Fact key={name} label={revealHidden(name)}>
            {value === "" ? "–" : <span className="visitor-panel-value">{value}</span>}
          </Fact>
        ))}
      </dl>
    </section>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Moment({ label, at }: { label: string; at: number }) {
  const { language } = useLanguage();
  return (
    <Fact label={label}>
      <time dateTime={new Date(at).toISOString()} title={formatExact(at, language)}>
        {formatTime(at, language)}
      </time>
    </Fact>
  );
}
