import { useText } from "@frontdesk/ui/react/language";
import { useContext } from "react";

import type { NodeOf } from "../document/nodes";
import { without } from "../document/without";
import { editorMessages } from "../editor-messages";
import { ChoiceField, NumberField, ParameterField, WordsField } from "./fields";
import { KnownThings } from "./known";
import type { SetNode } from "./NodeFields";

const TURNS = { min: 1, max: 100 };
const UNKNOWN = { min: 1, max: 20 };

/** Which bot answers, and when it stops (FLOW-11). */
export function RobotFields({ node, onChange }: { node: NodeOf<"robot">; onChange: SetNode }) {
  const t = useText(editorMessages);
  const { bots } = useContext(KnownThings);
  return (
    <>
      <ChoiceField
        field="bot_id"
        label={t("bot")}
        choices={bots}
        placeholder={t("chooseBot")}
        value={node.bot_id}
        onChange={(bot_id) => onChange(without({ ...node, bot_id }))}
      />
      <ParameterField
        field="welcome_text"
        label={t("welcomeText")}
        help={t("emptySaysNothing")}
        value={node.welcome_text}
        onChange={(welcome_text) => onChange({ ...node, welcome_text })}
      />
      <ParameterField
        field="unknown_text"
        label={t("unknownText")}
        value={node.unknown_text}
        onChange={(unknown_text) => onChange({ ...node, unknown_text })}
      />
      <NumberField
        field="turn_limit"
        label={t("turnLimit")}
        help={t("turnLimitHelp")}
        {...TURNS}
        value={node.turn_limit}
        onChange={(turn_limit = TURNS.min) => onChange({ ...node, turn_limit })}
      />
      <NumberField
        field="unknown_limit"
        label={t("unknownLimit")}
        help={t("unknownLimitHelp")}
        {...UNKNOWN}
        value={node.unknown_limit}
        onChange={(unknown_limit = UNKNOWN.min) => onChange({ ...node, unknown_limit })}
      />
      <WordsField
        field="human_words"
        label={t("humanWords")}
        help={t("wordsHelp")}
        value={node.human_words}
        onChange={(human_words) => onChange({ ...node, human_words })}
      />
      <WordsField
        field="solved_words"
        label={t("solvedWords")}
        help={t("wordsHelp")}
        value={node.solved_words}
        onChange={(solved_words) => onChange({ ...node, solved_words })}
      />
    </>
  );
}
