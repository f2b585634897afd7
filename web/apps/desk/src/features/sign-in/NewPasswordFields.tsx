import { countChars } from "@frontdesk/ui/react/form-rules";
import { useText } from "@frontdesk/ui/react/language";
import { Form, Input } from "antd";

import { signInMessages } from "./sign-in-messages";

/** Allowed length in characters, as the server counts them. */
const MIN = 10;
const MAX = 128;

/** A new password, twice. */
export function NewPasswordFields() {
  const t = useText(signInMessages);
  return (
    <>
      <Form.Item
        name="new_password"
        label={t("newPassword")}
        extra={t("newPasswordHelp")}
        rules={[
          { required: true, message: t("required") },
          {
            validator: (_, value: unknown) => {
              const count = countChars(typeof value === "string" ? value : "");
              const isFine = count === 0 || (count >= MIN && count <= MAX);
              return isFine ? Promise.resolve() : Promise.reject(new Error(t("passwordLength", { count })));
            },
          },
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Form.Item
        name="repeated"
        label={t("repeatPassword")}
        dependencies={["new_password"]}
        validateTrigger="onBlur"
        rules={[
          { required: true, message: t("required") },
          ({ getFieldValue }) => ({
            validator: (_, value: unknown) => {
              const isSame = value === undefined || value === "" || value === getFieldValue("new_password");
              return isSame ? Promise.resolve() : Promise.reject(new Error(t("passwordsDiffer")));
            },
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
    </>
  );
}
