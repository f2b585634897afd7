import type { RouteObject } from "react-router";

/** Pages that one sees before anybody is known, and the forced change of a first password. */
export const signInRoutes: RouteObject[] = [
  { path: "sign-in", lazy: async () => ({ Component: (await import("./SignInPage")).SignInPage }) },
  {
    path: "forgot-password",
    lazy: async () => ({ Component: (await import("./ForgotPasswordPage")).ForgotPasswordPage }),
  },
  {
    path: "reset-password",
    lazy: async () => ({ Component: (await import("./ResetPasswordPage")).ResetPasswordPage }),
  },
  {
    path: "change-password",
    lazy: async () => ({ Component: (await import("./ChangePasswordPage")).ChangePasswordPage }),
  },
];
