import { useText } from "@frontdesk/ui/react/language";
import { Segmented } from "antd";

import type { NodeOf } from "../document/nodes";
import { editorMessages } from "../editor-messages";
import { Field, ParameterField } from "./fields";
import type { SetNode } from "./NodeFields";

type Message = NodeOf<"send_message">["message"];

const EMPTY: { [Type in Message["type"]]: Extract<Message, { type: Type }> } = {
  text: { type: "text", text: "" },
  image: { type: "image", url: "", alt: "" },
  card: { type: "card", header: "", desc: "", pic: "", url: "" },
};

/** A text, a picture or a card (FLOW-05). */
export function MessageFields({ node, onChange }: { node: NodeOf<"send_message">; onChange: SetNode }) {
  const t = useText(editorMessages);
  const { message } = node;
  const set = (next: Message) => onChange({ ...node, message: next });
  return (
    <>
      <Field field="message.type" label={t("messageType")}>
        {(id) => (
          <Segmented<Message["type"]>
            id={id}
            value={message.type}
            options={[
              { value: "text", label: t("messageText") },
              { value: "image", label: t("messageImage") },
              { value: "card", label: t("messageCard") },
            ]}
            onChange={(type) => set(EMPTY[type])}
          />
        )}
      </Field>
      {message.type === "text" && (
        <ParameterField
          field="message.text"
          label={t("text")}
          help={t("messageTextHelp")}
          value={message.text}
          onChange={(text) => set({ ...message, text })}
        />
      )}
      {message.type === "image" && (
        <>
          <ParameterField
            isLine
            field="message.url"
            label={t("imageUrl")}
            help={t("httpsHelp")}
            value={message.url}
            onChange={(url) => set({ ...message, url })}
          />
          <ParameterField
            isLine
            field="message.alt"
            label={t("imageAlt")}
            help={t("imageAltHelp")}
            value={message.alt}
            onChange={(alt) => set({ ...message, alt })}
          />
        </>
      )}
      {message.type === "card" && (
        <>
          <ParameterField
            isLine
            field="message.header"
            label={t("cardHeader")}
            value={message.header}
            onChange={(header) => set({ ...message, header })}
          />
          <ParameterField
            field="message.desc"
            label={t("cardDesc")}
            value={message.desc}
            onChange={(desc) => set({ ...message, desc })}
          />
          <ParameterField
            isLine
            field="message.pic"
            label={t("cardPic")}
            help={t("httpsHelp")}
            value={message.pic}
            onChange={(pic) => set({ ...message, pic })}
          />
          <ParameterField
            isLine
            field="message.url"
            label={t("cardUrl")}
            help={t("cardUrlHelp")}
            value={message.url}
            onChange={(url) => set({ ...message, url })}
          />
        </>
      )}
    </>
  );
}
