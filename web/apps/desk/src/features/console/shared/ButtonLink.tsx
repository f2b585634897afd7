import { Button } from "antd";
import type { ButtonProps } from "antd";
import { useHref, useLinkClickHandler } from "react-router";

interface ButtonLinkProps extends Pick<ButtonProps, "type" | "children"> {
  to: string;
}

/** A link to another page of the desk that looks like a button. */
export function ButtonLink({ to, ...button }: ButtonLinkProps) {
  const href = useHref(to);
  const onClick = useLinkClickHandler(to);
  return <Button {...button} href={href} onClick={onClick} />;
}
