import { LoadFailed } from "@frontdesk/ui/react/LoadFailed";
import { useExplain } from "@frontdesk/ui/react/failure";
import { Navigate, Outlet, useLocation } from "react-router";

import { AlertsProvider } from "../features/workbench/alerts/AlertsProvider";
import { ConnectionBar } from "./ConnectionBar";
import { LiveDeskProvider } from "./live-desk";
import { NewVersionBar } from "./NewVersionBar";
import { MovedSessions } from "./MovedSessions";
import { OfflineBar } from "./OfflineBar";
import { PageTitle } from "./PageTitle";
import { ShortcutsProvider } from "./Shortcuts";
import { SignedOutNotice } from "./SignedOutNotice";
import { Starting } from "./Starting";
import { TopBar } from "./TopBar";
import { useSignIn } from "./sign-in";

/** Frame of every page that needs somebody signed in; leads everybody else to where they can become so. */
export function AppShell() {
  const { signIn, ask } = useSignIn();
  const location = useLocation();
  const explain = useExplain();
  switch (signIn.kind) {
    case "asking":
      return <Starting />;
    case "unknown":
      return <LoadFailed reason={explain(signIn.error).message} onRetry={ask} />;
    case "signed_out":
      return signIn.reason === undefined ? (
        <Navigate to="/sign-in" replace state={{ from: location.pathname + location.search }} />
      ) : (
        <SignedOutNotice reason={signIn.reason} />
      );
    case "signed_in":
      if (signIn.me.must_change_password) return <Navigate to="/change-password" replace />;
      return (
        <LiveDeskProvider key={signIn.me.id} me={signIn.me}>
          <AlertsProvider agentId={signIn.me.id}>
            <ShortcutsProvider>
              <PageTitle />
              <div className="shell">
                <TopBar />
                <ConnectionBar />
                <OfflineBar />
                <MovedSessions />
                <NewVersionBar />
                <div className="shell-page">
                  <Outlet />
                </div>
              </div>
            </ShortcutsProvider>
          </AlertsProvider>
        </LiveDeskProvider>
      );
  }
}
