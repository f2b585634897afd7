import { useText } from "@frontdesk/ui/react/language";
import { Segmented } from "antd";

import { freeId } from "../document/edit";
import type { NodeOf } from "../document/nodes";
import { editorMessages } from "../editor-messages";
import { Field, LineField, ParameterField, Rows, WordsField } from "./fields";
import type { SetNode } from "./NodeFields";

type BranchOption = NodeOf<"branch">["options"][number];

/** A menu: what is asked, and the ways out (FLOW-06). */
export function BranchFields({ node, onChange }: { node: NodeOf<"branch">; onChange: SetNode }) {
  const t = useText(editorMessages);
  return (
    <>
      <ParameterField
        field="title"
        label={t("branchTitle")}
        value={node.title}
        onChange={(title) => onChange({ ...node, title })}
      />
      <Field field="options" label={t("options")} help={t("optionsHelp")}>
        {() => (
          <Rows<BranchOption>
            rows={node.options}
            onChange={(options) => onChange({ ...node, options })}
            make={() => ({
              id: freeId(
                node.options.map(({ id }) => id),
                "o",
              ),
              value: "",
            })}
            addLabel={t("addOption")}
            removeLabel={(place) => t("removeOption", { place })}
            least={1}
          >
            {(option, set, index) => (
              <>
                <LineField
                  field={`options.${index}.value`}
                  label={t("optionValue")}
                  value={option.value}
                  onChange={(value) => set({ ...option, value })}
                />
                <LineField
                  field={`options.${index}.remark`}
                  label={t("remark")}
                  value={option.remark ?? ""}
                  onChange={(remark) => set({ ...option, remark })}
                />
                <WordsField
                  field={`options.${index}.keywords`}
                  label={t("keywords")}
                  help={t("keywordsHelp")}
                  value={option.keywords ?? []}
                  onChange={(keywords) => set({ ...option, keywords })}
                />
              </>
            )}
          </Rows>
        )}
      </Field>
      <ParameterField
        field="unmatched_text"
        label={t("unmatchedText")}
        help={t("unmatchedTextHelp")}
        value={node.unmatched_text}
        onChange={(unmatched_text) => onChange({ ...node, unmatched_text })}
      />
    </>
  );
}

type Form = NodeOf<"collect_information">["form"];
type CollectOption = Extract<Form, { type: "options" }>["options"][number];

/** One piece of information: what is asked, how it is answered, and under which name it is kept (FLOW-08). */
export function CollectFields({ node, onChange }: { node: NodeOf<"collect_information">; onChange: SetNode }) {
  const t = useText(editorMessages);
  const { form } = node;
  const setForm = (next: Form) => onChange({ ...node, form: next });
  return (
    <>
      <ParameterField
        field="prompt"
        label={t("prompt")}
        value={node.prompt}
        onChange={(prompt) => onChange({ ...node, prompt })}
      />
      <LineField
        field="variable"
        label={t("variable")}
        help={t("variableHelp", { example: "${city}" })}
        placeholder="city"
        value={node.variable}
        onChange={(variable) => onChange({ ...node, variable })}
      />
      <Field field="form.type" label={t("answeredBy")}>
        {(id) => (
          <Segmented<Form["type"]>
            id={id}
            value={form.type}
            options={[
              { value: "text", label: t("anyText") },
              { value: "options", label: t("someOptions") },
            ]}
            onChange={(type) =>
              setForm(type === "text" ? { type } : { type, options: [{ id: "o1", value: "" }], unmatched_text: "" })
            }
          />
        )}
      </Field>
      {form.type === "options" && (
        <>
          <Field field="form.options" label={t("options")}>
            {() => (
              <Rows<CollectOption>
                rows={form.options}
                onChange={(options) => setForm({ ...form, options })}
                make={() => ({
                  id: freeId(
                    form.options.map(({ id }) => id),
                    "o",
                  ),
                  value: "",
                })}
                addLabel={t("addOption")}
                removeLabel={(place) => t("removeOption", { place })}
                least={1}
              >
                {(option, set, index) => (
                  <>
                    <LineField
                      field={`form.options.${index}.value`}
                      label={t("optionValue")}
                      value={option.value}
                      onChange={(value) => set({ ...option, value })}
                    />
                    <LineField
                      field={`form.options.${index}.remark`}
                      label={t("remark")}
                      value={option.remark ?? ""}
                      onChange={(remark) => set({ ...option, remark })}
                    />
                  </>
                )}
              </Rows>
            )}
          </Field>
          <ParameterField
            field="form.unmatched_text"
            label={t("unmatchedText")}
            help={t("promptAgainHelp")}
            value={form.unmatched_text}
            onChange={(unmatched_text) => setForm({ ...form, unmatched_text })}
          />
        </>
      )}
      <ParameterField
        field="success_text"
        label={t("successText")}
        help={t("emptySaysNothing")}
        value={node.success_text}
        onChange={(success_text) => onChange({ ...node, success_text })}
      />
    </>
  );
}
