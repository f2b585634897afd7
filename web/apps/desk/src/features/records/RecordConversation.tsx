import { ArrowLeftOutlined } from "@ant-design/icons";
import { formatTime } from "@frontdesk/ui/i18n/format";
import { LoadFailed } from "@frontdesk/ui/react/LoadFailed";
import { ConversationView } from "@frontdesk/ui/react/conversation/ConversationView";
import { sessionLines } from "@frontdesk/ui/react/conversation/lines";
import { useExplain } from "@frontdesk/ui/react/failure";
import { VisitorPicture } from "@frontdesk/ui/react/VisitorPicture";
import { useLanguage, useText } from "@frontdesk/ui/react/language";
import { revealHidden } from "@frontdesk/ui/text/hidden";
import { Button } from "antd";
import { useMemo } from "react";

import { useRecord, useRecordLines, type SessionSummary } from "./records-data";
import { recordsMessages } from "./records-messages";

/** The conversation of an ended session, to read. */
export function RecordConversation({ id, onBack }: { id: string; onBack: () => void }) {
  const explain = useExplain();
  const record = useRecord(id);
  const entries = useRecordLines(id);
  const visitorRead = record.data?.visitor_read ?? 0;
  const pages = entries.data?.pages;
  const lines = useMemo(() => {
    const oldestFirst = [...(pages ?? [])].reverse().flatMap((page) => page.entries);
    return sessionLines(oldestFirst, [], visitorRead);
  }, [pages, visitorRead]);
  const error = record.error ?? (entries.data === undefined ? entries.error : null);
  const retry = () => {
    void record.refetch();
    void entries.refetch();
  };
  return (
    <section className="record">
      <Head session={record.data} onBack={onBack} />
      {error === null ? (
        <ConversationView
          id={`record ${id}`}
          lines={lines}
          isLoading={entries.data === undefined}
          older={{
            hasMore: entries.hasNextPage,
            isLoading: entries.isFetching,
            failure: entries.isFetchNextPageError ? explain(entries.error).message : undefined,
            load: () => void entries.fetchNextPage(),
          }}
        />
      ) : (
        <LoadFailed
          reason={explain(error).message}
          isRetrying={record.isFetching || entries.isFetching}
          onRetry={retry}
        />
      )}
    </section>
  );
}

function Head({ session, onBack }: { session: SessionSummary | undefined; onBack: () => void }) {
  const t = useText(recordsMessages);
  const { language } = useLanguage();
  const facts =
    session &&
    t("facts", {
      source: revealHidden(session.source),
      from: formatTime(session.started_at, language),
      to: formatTime(session.ended_at ?? session.started_at, language),
    });
  return (
    <header className="record-head">
      <Button
        className="record-back"
        type="text"
        icon={<ArrowLeftOutlined />}
        aria-label={t("toList")}
        title={t("toList")}
        onClick={onBack}
      />
      {session && <VisitorPicture session={session} name={revealHidden(session.visitor.nickname)} />}
      <div>
        <h2>{session && revealHidden(session.visitor.nickname)}</h2>
        <p>{facts}</p>
      </div>
    </header>
  );
}
