import { troubleOf } from "@frontdesk/api-client/problem";
import { useExplain } from "@frontdesk/ui/react/failure";
import { useText } from "@frontdesk/ui/react/language";
import { LoadFailed } from "@frontdesk/ui/react/LoadFailed";
import { useUnsavedGuard } from "@frontdesk/ui/react/unsaved-guard";
import { Alert, App, Button, Flex, Form, Input, Modal, Skeleton } from "antd";
import { useEffect, useRef, useState } from "react";
import { useParams } from "react-router";

import { ButtonLink } from "../../shared/ButtonLink";
import { useBotChoices, useFlowSecretChoices } from "../../shared/choices";
import type { FlowDraft } from "../../shared/wire";
import { useDraftCommands, useFlowDraft } from "../flows-data";
import { flowsMessages } from "../flows-messages";
import { Draft, type DraftState } from "./document/draft";
import { VersionsDrawer } from "../versions/VersionsDrawer";
import { versionsMessages } from "../versions/versions-messages";
import { FlowEditor } from "./FlowEditor";
import { KnownThings } from "./panel/known";
import { useEditing } from "./use-editing";

/** The canvas of one flow, from its draft to a published version (FLOW-02, FLOW-13). */
export function FlowEditorPage() {
  const { id = "" } = useParams();
  const draft = useFlowDraft(id);
  const explain = useExplain();
  if (draft.data !== undefined) return <OpenDraft key={id} loaded={draft.data} />;
  if (draft.error !== null) {
    const { message } = explain(draft.error);
    return <LoadFailed reason={message} onRetry={() => void draft.refetch()} isRetrying={draft.isFetching} />;
  }
  return <Skeleton active />;
}

function OpenDraft({ loaded }: { loaded: FlowDraft }) {
  const t = useText(flowsMessages);
  const history = useText(versionsMessages);
  const explain = useExplain();
  const { message } = App.useApp();
  const editing = useEditing(loaded.document);
  const commands = useDraftCommands(loaded.id);
  const [bots, secrets] = [useBotChoices(), useFlowSecretChoices()];
  const [faults, setFaults] = useState(loaded.faults);
  const [state, setState] = useState<DraftState>({ kind: "saved" });
  const [published, setPublished] = useState({ version: loaded.version, isSame: loaded.is_published });
  const [theirs, setTheirs] = useState<FlowDraft>();
  const [isPublishing, setPublishing] = useState(false);
  const [showsVersions, setShowsVersions] = useState(false);

  const draft = useRef<Draft>(null);
  useEffect(() => {
    const opened = new Draft(
      {
        save: commands.save,
        isConflict: (error) => troubleOf(error)?.code === "draft_changed",
        changed: setState,
        saved: (saved) => {
          setFaults([...saved.faults]);
          setPublished((before) => ({ ...before, isSame: false }));
        },
      },
      loaded.document,
      loaded.revision,
    );
    draft.current = opened;
    return () => opened.stop();
  }, [commands, loaded]);
  useEffect(() => draft.current?.change(editing.document), [editing.document]);
  useUnsavedGuard(state.kind !== "saved");

  const isConflict = state.kind === "conflict";
  const load = commands.load;
  useEffect(() => {
    if (!isConflict) return;
    let isCurrent = true;
    load().then(
      (found) => isCurrent && setTheirs(found),
      () => undefined,
    );
    return () => {
      isCurrent = false;
    };
  }, [isConflict, load]);
  const takeTheirs = (found: FlowDraft) => {
    draft.current?.take(found.document, found.revision);
    editing.restart(found.document);
    setFaults(found.faults);
    setPublished({ version: found.version, isSame: found.is_published });
    setTheirs(undefined);
  };
  const openVersions = async () => {
    // What is compared and downloaded is what the server has.
    await draft.current?.flush();
    setShowsVersions(true);
  };
  const afterRestoring = async (version: number) => {
    setPublished({ version, isSame: false });
    // A draft without changes of its own follows to what is in force now.
    takeTheirs(await load());
  };
  const keepMine = (found: FlowDraft) => {
    draft.current?.overwrite(found.revision);
    setTheirs(undefined);
  };

  const words = {
    saved: () => (published.isSame ? t("draftPublished", { version: published.version }) : t("draftSaved")),
    unsaved: () => t("draftUnsaved"),
    saving: () => t("draftSaving"),
    failed: () => (state.kind === "failed" ? t("draftFailed", { reason: explain(state.error).message }) : ""),
    conflict: () => t("conflictText"),
  };
  const hasErrors = faults.some(({ severity }) => severity === "error");
  return (
    <KnownThings value={{ bots, secrets }}>
      {theirs !== undefined && (
        <Alert
          banner
          type="warning"
          title={t("conflictTitle", { name: theirs.editor ?? t("conflictSomebody") })}
          description={t("conflictText")}
          action={
            <Flex gap="small">
              <Button onClick={() => takeTheirs(theirs)}>{t("takeTheirs")}</Button>
              <Button danger onClick={() => keepMine(theirs)}>
                {t("keepMine")}
              </Button>
            </Flex>
          }
        />
      )}
      <FlowEditor
        editing={editing}
        faults={faults}
        onSave={() => void draft.current?.flush()}
        head={
          <>
            <ButtonLink to="/console/flows">{t("backToList")}</ButtonLink>
            <h1 className="flow-name">{loaded.name}</h1>
            <span className="flow-version">
              {published.version === 0 ? t("neverPublished") : t("versionOf", { version: published.version })}
            </span>
            <span role="status" className="flow-state" data-kind={state.kind}>
              {words[state.kind]()}
            </span>
          </>
        }
        actions={
          <>
            <Button disabled={isConflict} onClick={() => void openVersions()}>
              {history("versions")}
            </Button>
            <Button
              type="primary"
              disabled={hasErrors || isConflict || (published.isSame && state.kind === "saved")}
              onClick={() => setPublishing(true)}
            >
              {t("publishDraft")}
            </Button>
          </>
        }
      />
      {showsVersions && (
        <VersionsDrawer
          flow={loaded}
          document={editing.document}
          onRestored={(flow) => void afterRestoring(flow.version)}
          onClose={() => setShowsVersions(false)}
        />
      )}
      {isPublishing && (
        <PublishDialog
          name={loaded.name}
          onClose={() => setPublishing(false)}
          onPublish={async (note) => {
            const isSaved = (await draft.current?.flush()) ?? false;
            if (!isSaved) return setPublishing(false);
            const flow = await commands.publish(draft.current?.revision ?? 0, note);
            setPublished({ version: flow.version, isSame: true });
            setPublishing(false);
            void message.success(t("published", { name: flow.name, version: flow.version }));
          }}
        />
      )}
    </KnownThings>
  );
}

const NOTE_CHARS = 500;

interface PublishDialogProps {
  name: string;
  onClose: () => void;
  /** Publishes; a rejection is shown in the dialog. */
  onPublish: (note: string) => Promise<void>;
}

/** What a version is about, before it goes live. */
function PublishDialog({ name, onClose, onPublish }: PublishDialogProps) {
  const t = useText(flowsMessages);
  const explain = useExplain();
  const [note, setNote] = useState("");
  const [isRunning, setRunning] = useState(false);
  const [failure, setFailure] = useState<string>();
  const publish = () => {
    setRunning(true);
    setFailure(undefined);
    onPublish(note)
      .catch((error: unknown) => setFailure(explain(error).message))
      .finally(() => setRunning(false));
  };
  return (
    <Modal
      open
      title={t("publishTitle", { name })}
      okText={t("publishDraft")}
      confirmLoading={isRunning}
      onOk={publish}
      onCancel={onClose}
    >
      <p>{t("publishText")}</p>
      {failure !== undefined && <Alert type="error" showIcon title={failure} role="alert" />}
      <Form layout="vertical" component="div">
        <Form.Item label={t("note")} htmlFor="flow-note" extra={t("noteHelp")}>
          <Input.TextArea
            id="flow-note"
            value={note}
            maxLength={NOTE_CHARS}
            autoSize={{ minRows: 2, maxRows: 6 }}
            onChange={(event) => setNote(event.target.value)}
          />
        </Form.Item>
      </Form>
    </Modal>
  );
}
