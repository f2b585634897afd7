import { EmptyState } from "@frontdesk/ui/react/EmptyState";
import { LoadFailed } from "@frontdesk/ui/react/LoadFailed";
import { Placeholder } from "@frontdesk/ui/react/Placeholder";
import { SearchBox } from "@frontdesk/ui/react/SearchBox";
import { useExplain } from "@frontdesk/ui/react/failure";
import { useText } from "@frontdesk/ui/react/language";
import { Button } from "antd";
import { useSearchParams } from "react-router";

import { RecordConversation } from "./RecordConversation";
import { RecordRow } from "./RecordRow";
import { useRecords } from "./records-data";
import { recordsMessages } from "./records-messages";
import "./records.css";

/** The agent's own ended sessions, to read again. Search and choice stand in the address. */
export function RecordsPage() {
  const t = useText(recordsMessages);
  const [params, setParams] = useSearchParams();
  const query = params.get("query") ?? "";
  const selected = params.get("session") ?? undefined;
  const go = (change: { query?: string; session?: string | undefined }) => {
    const next = { query, session: selected, ...change };
    setParams({
      ...(next.query === "" ? {} : { query: next.query }),
      ...(next.session === undefined ? {} : { session: next.session }),
    });
  };
  return (
    <main className="records" data-open={selected !== undefined}>
      <aside className="records-list" aria-label={t("title")}>
        <header className="records-head">
          <h1>{t("title")}</h1>
          <p>{t("intro")}</p>
          <SearchBox value={query} label={t("search")} onSearch={(text) => go({ query: text })} />
        </header>
        <Records
          query={query}
          selected={selected}
          onSelect={(session) => go({ session })}
          onClear={() => go({ query: "" })}
        />
      </aside>
      {selected === undefined ? (
        <section className="records-none">
          <EmptyState title={t("chooseTitle")} text={t("chooseText")} />
        </section>
      ) : (
        <RecordConversation key={selected} id={selected} onBack={() => go({ session: undefined })} />
      )}
    </main>
  );
}

interface RecordsProps {
  query: string;
  selected: string | undefined;
  onSelect: (id: string) => void;
  onClear: () => void;
}

function Records({ query, selected, onSelect, onClear }: RecordsProps) {
  const t = useText(recordsMessages);
  const explain = useExplain();
  const records = useRecords(query);
  if (records.data === undefined) {
    if (records.error !== null) {
      const reason = explain(records.error).message;
      return <LoadFailed reason={reason} isRetrying={records.isFetching} onRetry={() => void records.refetch()} />;
    }
    return <Placeholder label={t("loading")} bars={[60, 80, 50, 70, 55, 75]} />;
  }
  const sessions = records.data.pages.flatMap((page) => page.items);
  if (sessions.length === 0) {
    return query === "" ? (
      <EmptyState title={t("emptyTitle")} text={t("emptyText")} />
    ) : (
      <EmptyState
        title={t("noMatchTitle")}
        text={t("noMatchText", { query })}
        action={<Button onClick={onClear}>{t("clearSearch")}</Button>}
      />
    );
  }
  return (
    <div className="records-scroller">
      <ul>
        {sessions.map((session) => (
          <RecordRow key={session.id} session={session} isSelected={session.id === selected} onSelect={onSelect} />
        ))}
      </ul>
      {records.hasNextPage && (
        <div className="records-pad">
          <Button block loading={records.isFetchingNextPage} onClick={() => void records.fetchNextPage()}>
            {t("loadMore")}
          </Button>
          {records.isFetchNextPageError && <p role="alert">{explain(records.error).message}</p>}
        </div>
      )}
    </div>
  );
}
