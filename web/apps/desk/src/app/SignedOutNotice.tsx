import { Notice } from "@frontdesk/ui/react/Notice";
import { useText } from "@frontdesk/ui/react/language";
import { Button } from "antd";
import { useLocation, useNavigate } from "react-router";

import { appMessages } from "./app-messages";
import { useSignIn, type KickReason } from "./sign-in";

/** Says why this sign-in is over, and offers to sign in here again (C12, R28). */
export function SignedOutNotice({ reason }: { reason: KickReason }) {
  const t = useText(appMessages);
  const { over } = useSignIn();
  const navigate = useNavigate();
  const location = useLocation();
  const again = () => {
    over();
    void navigate("/sign-in", { state: { from: location.pathname + location.search } });
  };
  const action = (
    <Button type="primary" size="large" autoFocus onClick={again}>
      {t("signInHere")}
    </Button>
  );
  return (
    <main>
      <Notice isPage role="alert" title={t(`overTitle_${reason}`)} text={t(`overText_${reason}`)} action={action} />
    </main>
  );
}
