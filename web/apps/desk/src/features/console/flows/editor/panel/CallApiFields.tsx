import { useText } from "@frontdesk/ui/react/language";
import { Segmented } from "antd";
import { useContext } from "react";

import type { NodeOf } from "../document/nodes";
import { without } from "../document/without";
import { editorMessages } from "../editor-messages";
import { ChoiceField, Field, LineField, NumberField, ParameterField, Rows } from "./fields";
import { KnownThings } from "./known";
import type { SetNode } from "./NodeFields";

const TIMEOUT = { min: 0, max: 30 };
const ERRORS = { min: 1, max: 5 };

type CallApi = NodeOf<"call_api">;

/** Where a call goes, what it brings along, what is taken out of its answer, and when it gives up (FLOW-09). */
export function CallApiFields({ node, onChange }: { node: CallApi; onChange: SetNode }) {
  const t = useText(editorMessages);
  const { secrets } = useContext(KnownThings);
  return (
    <>
      <ParameterField
        isLine
        field="url"
        label={t("apiUrl")}
        help={t("apiUrlHelp")}
        placeholder="https://"
        value={node.url}
        onChange={(url) => onChange({ ...node, url })}
      />
      <Field field="parameters" label={t("apiParameters")} help={t("apiParametersHelp")}>
        {() => (
          <Rows
            rows={node.parameters}
            onChange={(parameters) => onChange({ ...node, parameters })}
            make={() => ({ name: "", value: "" })}
            addLabel={t("addParameter")}
            removeLabel={(place) => t("removeParameter", { place })}
          >
            {(parameter, set, index) => (
              <>
                <LineField
                  field={`parameters.${index}.name`}
                  label={t("memberName")}
                  value={parameter.name}
                  onChange={(name) => set({ ...parameter, name })}
                />
                <ParameterField
                  isLine
                  field={`parameters.${index}.value`}
                  label={t("value")}
                  value={parameter.value}
                  onChange={(value) => set({ ...parameter, value })}
                />
              </>
            )}
          </Rows>
        )}
      </Field>
      <Field field="results" label={t("apiResults")} help={t("apiResultsHelp")}>
        {() => (
          <Rows
            rows={node.results}
            onChange={(results) => onChange({ ...node, results })}
            make={() => ({ variable: "", field: "", default: "" })}
            addLabel={t("addResult")}
            removeLabel={(place) => t("removeResult", { place })}
          >
            {(result, set, index) => (
              <>
                <LineField
                  field={`results.${index}.variable`}
                  label={t("variable")}
                  value={result.variable}
                  onChange={(variable) => set({ ...result, variable })}
                />
                <LineField
                  field={`results.${index}.field`}
                  label={t("answerField")}
                  placeholder="data.items.0.city"
                  value={result.field}
                  onChange={(field) => set({ ...result, field })}
                />
                <LineField
                  field={`results.${index}.default`}
                  label={t("defaultValue")}
                  value={result.default}
                  onChange={(value) => set({ ...result, default: value })}
                />
              </>
            )}
          </Rows>
        )}
      </Field>
      <HeaderRows node={node} onChange={onChange} />
      <ChoiceField
        field="signing_secret_id"
        label={t("signingSecret")}
        help={t("signingSecretHelp")}
        choices={secrets}
        placeholder={t("unsigned")}
        value={node.signing_secret_id}
        onChange={(signing_secret_id) => onChange(without({ ...node, signing_secret_id }))}
      />
      <NumberField
        field="timeout_seconds"
        label={t("apiTimeout")}
        help={t("apiTimeoutHelp")}
        {...TIMEOUT}
        value={node.timeout_seconds}
        onChange={(timeout_seconds = 0) => onChange({ ...node, timeout_seconds })}
      />
      <NumberField
        field="max_errors"
        label={t("apiMaxErrors")}
        help={t("apiMaxErrorsHelp")}
        {...ERRORS}
        value={node.max_errors}
        onChange={(max_errors = 1) => onChange({ ...node, max_errors })}
      />
    </>
  );
}

type HeaderValue = CallApi["headers"][number]["value"];

function HeaderRows({ node, onChange }: { node: CallApi; onChange: SetNode }) {
  const t = useText(editorMessages);
  const { secrets } = useContext(KnownThings);
  return (
    <Field field="headers" label={t("apiHeaders")} help={t("apiHeadersHelp")}>
      {() => (
        <Rows
          rows={node.headers}
          onChange={(headers) => onChange({ ...node, headers })}
          make={() => ({ name: "", value: { type: "text" as const, text: "" } })}
          addLabel={t("addHeader")}
          removeLabel={(place) => t("removeHeader", { place })}
        >
          {(header, set, index) => (
            <>
              <LineField
                field={`headers.${index}.name`}
                label={t("headerName")}
                value={header.name}
                onChange={(name) => set({ ...header, name })}
              />
              <Segmented<HeaderValue["type"]>
                value={header.value.type}
                options={[
                  { value: "text", label: t("headerText") },
                  { value: "secret", label: t("headerSecret") },
                ]}
                onChange={(type) => set({ ...header, value: type === "text" ? { type, text: "" } : { type } })}
              />
              {header.value.type === "text" ? (
                <LineField
                  field={`headers.${index}.value.text`}
                  label={t("value")}
                  value={header.value.text}
                  onChange={(text) => set({ ...header, value: { type: "text", text } })}
                />
              ) : (
                <ChoiceField
                  field={`headers.${index}.value.secret_id`}
                  label={t("whichSecret")}
                  choices={secrets}
                  placeholder={t("chooseSecret")}
                  value={header.value.secret_id}
                  onChange={(secret_id) =>
                    set({ ...header, value: { type: "secret", ...(secret_id === undefined ? {} : { secret_id }) } })
                  }
                />
              )}
            </>
          )}
        </Rows>
      )}
    </Field>
  );
}
